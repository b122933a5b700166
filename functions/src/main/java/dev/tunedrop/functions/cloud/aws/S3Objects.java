package dev.tunedrop.functions.cloud.aws;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

import dev.tunedrop.functions.cloud.Objects;

/// A bucket of S3. Reads of a drop are pinned by version id, or by `If-Match` where the store keeps no versions.
final class S3Objects implements Objects {

    private static final String ETAG = "etag:";
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    private final S3Client s3;
    private final String bucket;

    S3Objects(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    @Override
    public String bucket() {
        return bucket;
    }

    @Override
    public Optional<Head> head(String key) {
        HeadObjectRequest request =
                HeadObjectRequest.builder().bucket(bucket).key(key).build();
        try {
            return Optional.of(head(AwsCalls.call(address(key), () -> s3.headObject(request))));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    @Override
    public Head head(String key, String version) {
        HeadObjectRequest.Builder request =
                HeadObjectRequest.builder().bucket(bucket).key(key);
        if (version.startsWith(ETAG)) request.ifMatch(quoted(version));
        else request.versionId(version);
        try {
            return head(AwsCalls.call(address(key), () -> s3.headObject(request.build())));
        } catch (S3Exception e) {
            throw goneOr(key, version, e);
        }
    }

    /// HTTP's form of an entity tag is a quoted word; stores differ in whether they take a bare one.
    private static String quoted(String version) {
        return '"' + version.substring(ETAG.length()) + '"';
    }

    private static Head head(HeadObjectResponse response) {
        return new Head(response.contentLength(), response.eTag().replace("\"", ""));
    }

    private RuntimeException goneOr(String key, String version, S3Exception e) {
        boolean gone = e.statusCode() == NOT_FOUND || e.statusCode() == PRECONDITION_FAILED;
        return gone ? new VersionGone(address(key) + " is not of version " + version + " any more") : e;
    }

    @Override
    public InputStream open(String key, String version, long start, long end) {
        if (start >= end) return InputStream.nullInputStream();
        return new S3Body(address(key), start, from -> opened(key, version, from, end));
    }

    private ResponseInputStream<GetObjectResponse> opened(String key, String version, long start, long end) {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(bucket).key(key).range("bytes=%d-%d".formatted(start, end - 1));
        if (version.startsWith(ETAG)) request.ifMatch(quoted(version));
        else request.versionId(version);
        try {
            return AwsCalls.call(address(key), () -> s3.getObject(request.build()));
        } catch (S3Exception e) {
            throw goneOr(key, version, e);
        }
    }

    @Override
    public Optional<byte[]> find(String key) {
        GetObjectRequest request =
                GetObjectRequest.builder().bucket(bucket).key(key).build();
        try {
            return Optional.of(AwsCalls.call(address(key), () -> s3.getObjectAsBytes(request))
                    .asByteArray());
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean download(String key, Path file) {
        GetObjectRequest request =
                GetObjectRequest.builder().bucket(bucket).key(key).build();
        try {
            AwsCalls.call(address(key), () -> s3.getObject(request, ResponseTransformer.toFile(file)));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    @Override
    public void put(String key, byte[] content, String contentType) {
        AwsCalls.call(address(key), () -> s3.putObject(to(key, contentType), RequestBody.fromBytes(content)));
    }

    @Override
    public void put(String key, Path file, String contentType) {
        AwsCalls.call(address(key), () -> {
            new S3Parts(s3, S3Parts.PART_BYTES).put(to(key, contentType), file);
            return file;
        });
    }

    private PutObjectRequest to(String key, String contentType) {
        return PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(contentType)
                .build();
    }

    @Override
    public List<String> list(String prefix) {
        ListObjectsV2Request request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
        return AwsCalls.call(
                address(prefix),
                () -> s3.listObjectsV2Paginator(request).contents().stream()
                        .map(S3Object::key)
                        .toList());
    }
}

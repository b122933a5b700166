package dev.tunedrop.trainer.job.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.trainer.job.BucketException;
import dev.tunedrop.trainer.job.ObjectFolder;

/// A bucket. Files above [#PART_BYTES] go up in parts, since one PUT ends at 5 GiB.
public final class S3Folder implements ObjectFolder {

    private static final long PART_BYTES = 64L << 20;
    private static final Set<Integer> CONFLICTS = Set.of(404, 409, 412);

    private final S3Client s3;
    private final String bucket;

    public S3Folder(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /// Credentials, region and endpoint the SDK's own way.
    ///
    /// @param pathStyle addresses as `host/bucket/key`, for endpoints without a name per bucket
    public static S3Client client(boolean pathStyle) {
        return S3Client.builder().forcePathStyle(pathStyle).build();
    }

    @Override
    public String place() {
        return "s3://" + bucket + "/";
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        return calling(
                "list " + prefix,
                () -> s3
                        .listObjectsV2Paginator(
                                request -> request.bucket(bucket).prefix(prefix))
                        .contents()
                        .stream()
                        .map(object -> new Entry(object.key(), object.size(), object.eTag()))
                        .toList());
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
        return calling("read " + key, () -> {
            try {
                return Optional.of(
                        s3.getObjectAsBytes(request -> request.bucket(bucket).key(key))
                                .asByteArray());
            } catch (NoSuchKeyException absent) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void download(String key, Path file) throws IOException {
        calling("read " + key, () -> {
            try (InputStream in = s3.getObject(request -> request.bucket(bucket).key(key))) {
                AtomicFile.write(file, out -> in.transferTo(Channels.newOutputStream(out)));
                return file;
            } catch (NoSuchKeyException absent) {
                throw new NoSuchFileException(place() + key);
            }
        });
    }

    @Override
    public void upload(Path file, String key) throws IOException {
        calling("write " + key, () -> {
            put(file, key, Condition.NONE);
            return key;
        });
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        calling(
                "write " + key,
                () -> s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content)));
    }

    @Override
    public Optional<String> version(String key) throws IOException {
        return calling("read " + key, () -> {
            try {
                return Optional.of(
                        s3.headObject(request -> request.bucket(bucket).key(key))
                                .eTag());
            } catch (NoSuchKeyException absent) {
                return Optional.empty();
            }
        });
    }

    @Override
    public boolean writeIf(Optional<String> version, String key, byte[] content) throws IOException {
        Condition condition = Condition.still(version);
        return ifStill(
                key,
                () -> s3.putObject(
                        request -> request.bucket(bucket)
                                .key(key)
                                .ifMatch(condition.ifMatch())
                                .ifNoneMatch(condition.ifNoneMatch()),
                        RequestBody.fromBytes(content)));
    }

    @Override
    public boolean uploadIf(Optional<String> version, Path file, String key) throws IOException {
        return ifStill(key, () -> {
            put(file, key, Condition.still(version));
            return key;
        });
    }

    /// S3 answers 412 when the condition does not hold, 409 when another write of the key came in between, and 404
    /// when the object that must match is gone.
    private boolean ifStill(String key, Call<?> call) throws IOException {
        return calling("write " + key, () -> {
            try {
                call.call();
                return true;
            } catch (S3Exception e) {
                if (CONFLICTS.contains(e.statusCode()) && !(e instanceof NoSuchBucketException)) return false;
                throw e;
            }
        });
    }

    private void put(Path file, String key, Condition condition) throws IOException {
        if (Files.size(file) > PART_BYTES) uploadInParts(file, key, condition);
        else
            s3.putObject(
                    request -> request.bucket(bucket)
                            .key(key)
                            .ifMatch(condition.ifMatch())
                            .ifNoneMatch(condition.ifNoneMatch()),
                    file);
    }

    /// The headers of a conditional write; both absent: none.
    private record Condition(
            @Nullable String ifMatch, @Nullable String ifNoneMatch) {
        static final Condition NONE = new Condition(null, null);

        static Condition still(Optional<String> version) {
            return version.map(tag -> new Condition(tag, null)).orElseGet(() -> new Condition(null, "*"));
        }
    }

    @Override
    public void delete(String key) throws IOException {
        calling(
                "delete " + key,
                () -> s3.deleteObject(request -> request.bucket(bucket).key(key)));
    }

    private void uploadInParts(Path file, String key, Condition condition) throws IOException {
        String upload = s3.createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .uploadId();
        boolean complete = false;
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            List<CompletedPart> parts = new ArrayList<>();
            for (long at = 0; at < bytes.length(); at += PART_BYTES) {
                byte[] part = new byte[(int) Math.min(PART_BYTES, bytes.length() - at)];
                bytes.seek(at);
                bytes.readFully(part);
                int number = parts.size() + 1;
                String tag = s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key)
                                        .uploadId(upload)
                                        .partNumber(number),
                                RequestBody.fromBytes(part))
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            }
            s3.completeMultipartUpload(request -> request.bucket(bucket)
                    .key(key)
                    .uploadId(upload)
                    .ifMatch(condition.ifMatch())
                    .ifNoneMatch(condition.ifNoneMatch())
                    .multipartUpload(whole -> whole.parts(parts)));
            complete = true;
        } finally {
            if (!complete)
                s3.abortMultipartUpload(
                        request -> request.bucket(bucket).key(key).uploadId(upload));
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T call() throws IOException;
    }

    private <T> T calling(String what, Call<T> call) throws IOException {
        try {
            return call.call();
        } catch (SdkException e) {
            throw new BucketException("%s: cannot %s: %s".formatted(place(), what, e.getMessage()), e);
        }
    }
}

package dev.tunedrop.functions.cloud.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.cloud.DropVersions;

/// A bucket's versions as S3 lists them: by key, newest first. A store that keeps none answers "not implemented", and
/// its objects are known by their tags, as its events name them.
final class S3DropVersions implements DropVersions {

    private static final int NOT_IMPLEMENTED = 501;

    private final S3Client s3;
    private final String bucket;

    S3DropVersions(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    @Override
    public void each(Consumer<List<Version>> key) {
        AwsCalls.call("the bucket " + bucket, () -> {
            if (keepsVersions()) versions(key);
            else objects(key);
            return bucket;
        });
    }

    private boolean keepsVersions() {
        try {
            s3.listObjectVersions(request -> request.bucket(bucket).maxKeys(1));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_IMPLEMENTED) return false;
            throw e;
        }
    }

    private void versions(Consumer<List<Version>> key) {
        List<Version> same = new ArrayList<>();
        for (ObjectVersion version : s3.listObjectVersionsPaginator(request -> request.bucket(bucket))
                .versions()) {
            if (!same.isEmpty() && !same.getFirst().drop().key().equals(version.key())) {
                key.accept(List.copyOf(same));
                same.clear();
            }
            DropRef drop = new DropRef(bucket, version.key(), version.versionId(), version.size());
            same.add(new Version(drop, version.lastModified(), version.isLatest()));
        }
        if (!same.isEmpty()) key.accept(List.copyOf(same));
    }

    private void objects(Consumer<List<Version>> key) {
        for (S3Object object :
                s3.listObjectsV2Paginator(request -> request.bucket(bucket)).contents()) {
            String version = "etag:" + object.eTag().replace("\"", "");
            DropRef drop = new DropRef(bucket, object.key(), version, object.size());
            key.accept(List.of(new Version(drop, object.lastModified(), true)));
        }
    }
}

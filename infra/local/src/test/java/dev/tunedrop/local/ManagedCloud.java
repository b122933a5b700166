package dev.tunedrop.local;

import java.nio.file.Path;
import java.util.List;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// The shipped workflow with a training job that ends at once.
public final class ManagedCloud {

    private ManagedCloud() {}

    public static CloudOptions options(Path home, Path models) {
        return new CloudOptions(
                home,
                models,
                0,
                Workflow.shipped(),
                "dev.tunedrop.local.ToyHandlers$ToyJob",
                "dev.tunedrop.local.sagemaker.ToyEndpoint",
                List.of(),
                1);
    }

    public static void put(LocalCloud cloud, String key, byte[] content) {
        try (S3Client s3 = ToyCloud.s3(cloud.addresses())) {
            s3.putObject(b -> b.bucket(Names.DROPS).key(key), RequestBody.fromBytes(content));
        }
    }
}

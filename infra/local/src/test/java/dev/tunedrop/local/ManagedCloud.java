package dev.tunedrop.local;

import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// The shipped workflow with a training job that ends at once.
public final class ManagedCloud {

    private ManagedCloud() {}

    public static CloudOptions options(Path home, Path models) {
        return options(home, models, Workflow.shipped());
    }

    /// @param quoteHandler quotes instead of the shipped handler
    public static CloudOptions options(Path home, Path models, String quoteHandler) {
        Workflow shipped = Workflow.shipped();
        ObjectNode functions = shipped.functions().deepCopy();
        ((ObjectNode) functions.path("QuoteRoutes")).put("handler", quoteHandler);
        return options(
                home,
                models,
                new Workflow(shipped.machine(), functions, shipped.queues(), shipped.rules(), shipped.tables()));
    }

    private static CloudOptions options(Path home, Path models, Workflow workflow) {
        return new CloudOptions(
                home,
                models,
                0,
                workflow,
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

package dev.tunedrop.local;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.events.json.Json;

/// The shipped workflow with a training job that ends at once.
public final class ManagedCloud {

    private ManagedCloud() {}

    public static CloudOptions options(Path home, Path models) {
        return options(home, models, Workflow.shipped());
    }

    /// @param quoteHandler quotes instead of the shipped handler
    public static CloudOptions options(Path home, Path models, String quoteHandler) {
        return options(home, models, quoting(Workflow.shipped(), quoteHandler));
    }

    /// As the other, but it looks again after a second whether a model answers.
    public static CloudOptions impatient(Path home, Path models, String quoteHandler) {
        Workflow shipped = quoting(Workflow.shipped(), quoteHandler);
        ObjectNode machine = (ObjectNode) Json.tree(shipped.machine().getBytes(StandardCharsets.UTF_8), "machine");
        ((ObjectNode) machine.at("/States/WaitForEndpoint")).put("Seconds", 1);
        return options(
                home,
                models,
                new Workflow(
                        Json.writeLine(machine),
                        shipped.functions(),
                        shipped.queues(),
                        shipped.rules(),
                        shipped.tables()));
    }

    private static Workflow quoting(Workflow shipped, String quoteHandler) {
        ObjectNode functions = shipped.functions().deepCopy();
        ((ObjectNode) functions.path("QuoteRoutes")).put("handler", quoteHandler);
        return new Workflow(shipped.machine(), functions, shipped.queues(), shipped.rules(), shipped.tables());
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

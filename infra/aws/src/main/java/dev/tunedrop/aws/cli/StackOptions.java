package dev.tunedrop.aws.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.events.UserMistake;

/// What `synth` and `deploy` both ask.
final class StackOptions {

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "tunedrop",
            description = "The stack's name; two stacks in one account need two (default: ${DEFAULT-VALUE}).")
    private String name = "tunedrop";

    @Option(
            names = "--functions",
            paramLabel = "PATH",
            description = "The functions' package (default: what the build has made).")
    private @Nullable Path functions;

    @Option(
            names = "--remove-data",
            description = "Removing the stack removes buckets, ledger, key and images too. Without it they stay.")
    private boolean removeData;

    @Option(
            names = "--zones",
            paramLabel = "N",
            defaultValue = "3",
            description = "Availability zones the GPU fleet may use (default: ${DEFAULT-VALUE}).")
    private int zones;

    @Option(
            names = "--log-days",
            paramLabel = "N",
            defaultValue = "90",
            description = "Days that logs are kept: 7, 30, 90 or 365 (default: ${DEFAULT-VALUE}).")
    private int logDays;

    Settings settings(@Nullable String account, @Nullable String region) {
        Path packaged = functions == null ? root().resolve("functions/target/lambda") : functions;
        if (!Files.exists(packaged))
            throw new UserMistake(
                    "the functions' package %s is not there. Run ./tunedrop synth from the repository, or give it with --functions."
                            .formatted(packaged));
        try {
            return new Settings(name, packaged.toAbsolutePath(), account, region, !removeData, zones, logDays);
        } catch (IllegalArgumentException e) {
            throw new UserMistake(e.getMessage() + ". Give another value.", e);
        }
    }

    static Path root() {
        String root = System.getenv("TUNEDROP_ROOT");
        return Path.of(root == null ? "" : root);
    }

    static Path templates() {
        return root().resolve("infra/aws/target/cdk.out");
    }
}

package dev.tunedrop.aws.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.TunedropApp;
import dev.tunedrop.aws.release.Release;
import dev.tunedrop.events.json.Json;

/// `package`: what ships with a release.
@Command(
        name = "package",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Write a template and the functions' package that the AWS CLI alone deploys.",
        footer = {"", "The commands that deploy them are in docs/aws.md."})
public final class PackageCommand implements Callable<Integer> {

    @Mixin
    private final StackOptions options = new StackOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "release",
            description = "Where both files go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("release");

    private final PrintStream screen = System.out;

    @Override
    public Integer call() throws IOException {
        Settings settings = options.settings(null, null);
        Node.mustBeThere();
        Path assembly = Files.createTempDirectory("tunedrop-package");
        JsonNode template =
                Json.read(new TunedropApp(settings, assembly).synthesise().template(), JsonNode.class);
        Release.write(out, template, settings.functions());
        screen.printf("Wrote %s and %s%n", out.resolve(Release.TEMPLATE), out.resolve(Release.PACKAGE));
        return 0;
    }
}

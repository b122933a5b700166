package dev.tunedrop.aws.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.TunedropApp;
import dev.tunedrop.aws.TunedropApp.Synthesised;

/// `synth`: the templates, for any account and region.
@Command(
        name = "synth",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Write the CloudFormation template of the AWS stack.",
        footer = {"", "Exit code 1 when cdk-nag finds something that no suppression explains."})
public final class SynthCommand implements Callable<Integer> {

    @Mixin
    private final StackOptions options = new StackOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the templates go (default: infra/aws/target/cdk.out).")
    private @Nullable Path out;

    private final PrintStream screen = System.out;

    @Override
    public Integer call() {
        Settings settings = options.settings(null, null);
        Path folder = out == null ? StackOptions.templates() : out;
        Node.mustBeThere();
        Synthesised synthesised = new TunedropApp(settings, folder.toAbsolutePath()).synthesise();
        synthesised.findings().forEach(screen::println);
        screen.printf("Wrote %s%n", synthesised.template());
        return synthesised.findings().isEmpty() ? 0 : 1;
    }
}

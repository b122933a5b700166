package dev.tunedrop.aws.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.tunedrop.aws.Settings;
import dev.tunedrop.aws.TunedropApp;
import dev.tunedrop.aws.TunedropApp.Synthesised;
import dev.tunedrop.events.UserMistake;

/// `deploy`: the templates to an account, by the CDK's command line with the credentials it finds.
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Deploy the stack to an AWS account with the CDK's command line.",
        footer = {
            "",
            "Credentials come the AWS way: AWS_PROFILE, AWS_ACCESS_KEY_ID, … The CDK asks before it widens a right.",
            "Once per account and region: npx aws-cdk@2 bootstrap aws://ACCOUNT/REGION"
        })
public final class DeployCommand implements Callable<Integer> {

    private static final String CDK = "aws-cdk@2";

    @Mixin
    private final StackOptions options = new StackOptions();

    @Option(names = "--account", required = true, paramLabel = "ID", description = "Twelve digits.")
    private String account = "";

    @Option(names = "--region", required = true, paramLabel = "REGION", description = "For instance eu-central-1.")
    private String region = "";

    @Option(
            names = "--parameters",
            paramLabel = "NAME=VALUE",
            description = "A parameter of the template, for instance DayCapUsd=100; may be given again.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = options.settings(account, region);
        Node.mustBeThere();
        Synthesised synthesised =
                new TunedropApp(settings, StackOptions.templates().toAbsolutePath()).synthesise();
        List<String> findings = synthesised.findings();
        if (!findings.isEmpty())
            throw new UserMistake("cdk-nag finds " + findings.size() + " faults in the stack: " + findings.getFirst()
                    + ". Put them right, or say in suppressions.json why they are meant.");
        List<String> command = command(synthesised.folder(), settings.name(), parameters);
        Process process;
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw new UserMistake(
                    "npx could not be started. Install Node.js with npm, or deploy %s in the console."
                            .formatted(synthesised.template()),
                    e);
        }
        return process.waitFor();
    }

    static List<String> command(Path folder, String name, Map<String, String> parameters) {
        List<String> command = new ArrayList<>(List.of(
                "npx", "--yes", CDK, "deploy", name, "--app", folder.toString(), "--require-approval", "broadening"));
        parameters.forEach((key, value) -> command.addAll(List.of("--parameters", name + ":" + key + "=" + value)));
        return List.copyOf(command);
    }
}

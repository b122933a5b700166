package dev.tunedrop.aws.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import dev.tunedrop.events.UserMistake;

/// The commands that need the CDK; `./tunedrop` starts them from a class path of their own, since the CDK is large.
@Command(
        name = "tunedrop",
        subcommands = {SynthCommand.class, DeployCommand.class, RunbookCommand.class, PictureCommand.class, PackageCommand.class})
public final class AwsMain {

    private static final int USERS_MISTAKE = 2;

    private AwsMain() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new AwsMain())
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (!(failure instanceof UserMistake)) throw failure;
                    line.getErr().println("tunedrop: " + failure.getMessage());
                    return USERS_MISTAKE;
                })
                .setUsageHelpWidth(110);
    }
}

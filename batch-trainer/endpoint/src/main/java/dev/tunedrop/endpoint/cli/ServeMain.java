package dev.tunedrop.endpoint.cli;

import java.util.Arrays;

import picocli.CommandLine;

import dev.tunedrop.events.UserMistake;

/// The container's entry point: `serve --base DIR …`; the word `serve`, which SageMaker passes, may be left out.
public final class ServeMain {

    private static final int USERS_MISTAKE = 2;

    private ServeMain() {}

    public static void main(String[] args) {
        boolean worded = args.length > 0 && args[0].equals("serve");
        CommandLine command = new CommandLine(new ServeCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (!(failure instanceof UserMistake)) throw failure;
                    line.getErr().println("tunedrop: " + failure.getMessage());
                    return USERS_MISTAKE;
                });
        System.exit(command.execute(worded ? Arrays.copyOfRange(args, 1, args.length) : args));
    }
}

package dev.tunedrop.trainer.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// A process of its own for tests that kill one: the trainer's commands and nothing else.
@Command(
        name = "trainer",
        subcommands = {TrainCommand.class, EvalCommand.class})
public final class TrainerMain {

    private TrainerMain() {}

    public static void main(String[] args) {
        CommandLine commands = new CommandLine(new TrainerMain());
        commands.setExecutionExceptionHandler((e, command, result) -> {
            command.getErr().println("tunedrop: " + e.getMessage());
            if (!(e instanceof dev.tunedrop.events.UserMistake)) e.printStackTrace(command.getErr());
            return e instanceof dev.tunedrop.events.UserMistake ? 2 : 70;
        });
        System.exit(commands.execute(args));
    }
}

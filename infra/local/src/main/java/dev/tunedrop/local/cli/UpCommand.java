package dev.tunedrop.local.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.local.console.ConsoleServer;

/// `tunedrop up`.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Start the local cloud and its console, and serve until Ctrl-C. Runs that were cut off go on.")
final class UpCommand implements Callable<Integer> {

    private final Clouds clouds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "" + ConsoleServer.DEFAULT_PORT,
            description = "Where the console page answers (${DEFAULT-VALUE}).")
    private int consolePort;

    @Option(
            names = "--fidelity",
            description =
                    "Run each function as Lambda does: from the package that is deployed, in a process of its own under"
                            + " Lambda's runtime client. Slower; needs about 3 GB of memory.")
    private boolean fidelity;

    UpCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    @Override
    public Integer call() throws InterruptedException {
        Screen screen = Screen.of(spec.commandLine().getOut());
        clouds.find().ifPresent(running -> {
            running.close();
            throw new UserMistake("a local cloud runs here already"
                    + (running.console() == null ? "" : "; its console is " + running.console())
                    + ". Use it, or stop it with Ctrl-C in its terminal first.");
        });
        try (Stopping stopping = Stopping.onCtrlC(clouds.start(consolePort, fidelity), screen)) {
            screen.line("The local cloud runs. Console: " + stopping.cloud().console());
            screen.line("In another terminal: ./tunedrop drop FILE.jsonl --dataset NAME");
            screen.line("Ctrl-C stops it; runs in hand go on when it is started again.");
            stopping.await();
        }
        return 0;
    }
}

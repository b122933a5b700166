package dev.tunedrop.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.local.console.RunView;

/// `tunedrop drop FILE --dataset NAME`.
@Command(
        name = "drop",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Drop a JSONL file into the local cloud's bucket and follow its run to the end.",
        footerHeading = "%n",
        footer = {
            "Exit code 0 when the run ends PUBLISHED or QUOTED, 1 when it ends otherwise.",
            "Example: tunedrop drop orders.jsonl --dataset orders --settings tune.json"
        })
final class DropCommand implements Callable<Integer> {

    private final Clouds clouds;

    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The dataset: rows in any of the formats that check names.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            required = true,
            description = "The dataset it belongs to; also the endpoint's name unless the settings say another.")
    @SuppressWarnings("NullAway.Init")
    private String dataset;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description =
                    "Settings for this and later drops of the dataset; a tune.json beside FILE is taken by itself.")
    private @Nullable Path settings;

    @Option(names = "--dry-run", description = "Check and quote only; nothing is trained.")
    private boolean dryRun;

    @Option(names = "--no-follow", description = "Only start the run; do not wait for its end.")
    private boolean onlyStart;

    DropCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    @Override
    public Integer call() throws IOException {
        Screen screen = Screen.of(spec.commandLine().getOut());
        Dropper.Request request = new Dropper.Request(file, dataset, settingsFor(file, settings), dryRun);
        try (RunningCloud running = clouds.connect()) {
            String runId = drop(running, request, screen);
            if (onlyStart) {
                screen.line("Follow it with: tunedrop show " + runId);
                return 0;
            }
            RunView end;
            try (Leaving _ = Leaving.onCtrlC(screen, runId)) {
                end = new Follower(running.views(), screen).follow(runId, PATIENCE);
            }
            if (running.console() != null)
                screen.line("The console has it too: " + running.console().resolve("runs/" + runId));
            return Follower.exitCode(end.summary().state());
        }
    }

    /// Drops, under another name when the same bytes were dropped before and their run is over.
    static String drop(RunningCloud running, Dropper.Request request, Screen screen) throws IOException {
        Dropper dropper = new Dropper(running.cloud().drops(), running.cloud().ledger());
        Dropper.Dropped dropped = dropper.drop(request);
        RunRecord earlier = dropped.earlier().orElse(null);
        if (earlier != null && earlier.state().terminal()) {
            dropped = dropper.dropAgain(request);
            screen.line("These very bytes were dropped before and ended " + earlier.state() + " as " + earlier.runId()
                    + ".");
        } else if (earlier != null) screen.line("These very bytes are in hand already; following their run.");
        screen.line("Dropped s3://" + dropped.drop().bucket() + "/"
                + dropped.drop().key() + (request.settings() == null ? "" : " with " + request.settings()));
        screen.line("Run     " + dropped.runId());
        return dropped.runId();
    }

    /// The settings asked for, else a `tune.json` in the file's folder, else none.
    static @Nullable Path settingsFor(Path file, @Nullable Path asked) {
        if (asked != null) return asked;
        Path beside = file.resolveSibling("tune.json");
        return Files.isRegularFile(beside) ? beside : null;
    }
}

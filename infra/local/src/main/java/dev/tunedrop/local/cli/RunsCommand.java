package dev.tunedrop.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.console.RunSummary;

/// `tunedrop runs`.
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = "List the runs of the local cloud, the newest first.")
final class RunsCommand implements Callable<Integer> {

    private final Clouds clouds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    RunsCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        try (RunningCloud running = clouds.connect()) {
            List<RunSummary> runs = running.views().runs();
            Screen screen = Screen.of(spec.commandLine().getOut());
            if (json) screen.line(Json.write(runs).stripTrailing());
            else print(runs, screen, Instant.now());
            return 0;
        }
    }

    static void print(List<RunSummary> runs, Screen screen, Instant now) {
        if (runs.isEmpty()) {
            screen.line("No run yet. Drop a file: tunedrop drop FILE.jsonl --dataset NAME");
            return;
        }
        TextTable table = new TextTable("state", "dataset", "file", "started", "took", "cost", "run");
        for (RunSummary run : runs)
            table.row(
                    run.state().name().toLowerCase(Locale.ROOT),
                    run.dataset(),
                    run.file(),
                    Figures.duration(Duration.between(run.startedAt(), now)) + " ago",
                    Figures.duration(Duration.between(run.startedAt(), run.endedAt() == null ? now : run.endedAt())),
                    Figures.usd(run.costUsd()),
                    run.runId());
        table.lines().forEach(screen::line);
    }
}

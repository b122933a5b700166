package dev.tunedrop.local.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.console.RunSummary;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.console.RunViews;

/// `tunedrop show RUN`.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show everything of one run: states, dataset, quote, decision, training, losses, answers.")
final class ShowCommand implements Callable<Integer> {

    private final Clouds clouds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The run's name, its beginning if that is enough, or \"last\".")
    @SuppressWarnings("NullAway.Init")
    private String run;

    @Option(names = "--all", description = "Also list every route of the quote, and why each was not taken.")
    private boolean all;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    ShowCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        try (RunningCloud running = clouds.connect()) {
            RunView view = resolve(running.views(), run);
            Screen screen = Screen.of(spec.commandLine().getOut());
            if (json) screen.line(Json.write(view).stripTrailing());
            else print(view, screen, Instant.now(), all ? Integer.MAX_VALUE : Follower.ROUTES_SHOWN);
            return 0;
        }
    }

    static void print(RunView view, Screen screen, Instant now, int routes) {
        RunSummary summary = view.summary();
        screen.line(summary.state() + "  " + summary.dataset() + "  " + summary.file());
        screen.line(summary.runId());
        if (summary.because() != null) screen.line(summary.because());
        if (summary.reason() != null && view.failure() == null) screen.line(summary.reason());
        RunStory story = new RunStory(screen, routes);
        story.states(view, now);
        story.tell(view);
    }

    static RunView resolve(RunViews views, String name) {
        List<RunSummary> runs = views.runs();
        List<RunSummary> meant = name.equals("last")
                ? runs.stream().limit(1).toList()
                : runs.stream().filter(r -> r.runId().startsWith(name)).toList();
        List<RunSummary> exact =
                meant.stream().filter(r -> r.runId().equals(name)).toList();
        if (exact.isEmpty() && meant.size() > 1)
            throw new UserMistake(
                    meant.size() + " runs begin with " + name + ". Give more of the name; tunedrop runs lists them.");
        List<RunSummary> one = exact.isEmpty() ? meant : exact;
        if (one.isEmpty()) throw new UserMistake("no run is named " + name + ". tunedrop runs lists them.");
        return views.run(one.getFirst().runId())
                .orElseThrow(() -> new UserMistake(
                        "the run " + name + " is gone from the ledger. tunedrop runs lists what is there."));
    }
}

package dev.tunedrop.local.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.local.console.ConsoleServer;
import dev.tunedrop.local.console.RunView;

/// `tunedrop quickstart`: the whole way once, on the sample that comes along.
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Start the local cloud, drop the sample dataset, train, publish, and ask base and adapter the same question.",
            "Takes a few minutes and no account, Docker or Python."
        })
final class QuickstartCommand implements Callable<Integer> {

    private static final String DATASET = "support";
    private static final int ANSWER_TOKENS = 96;

    private final Clouds clouds;
    private final Home home;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--keep", description = "Go on serving afterwards, until Ctrl-C.")
    private boolean keep;

    @Option(names = "--again", description = "Train again even if the sample is published already.")
    private boolean again;

    @Option(
            names = "--question",
            paramLabel = "TEXT",
            defaultValue =
                    "Hi, I was charged twice for my subscription this month. Can I get one of the payments back?",
            description = "What to ask base and adapter at the end.")
    @SuppressWarnings("NullAway.Init")
    private String question;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "" + ConsoleServer.DEFAULT_PORT,
            description = "Where the console page answers (${DEFAULT-VALUE}).")
    private int consolePort;

    QuickstartCommand(Clouds clouds, Home home) {
        this.clouds = clouds;
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Screen screen = Screen.of(spec.commandLine().getOut());
        Dropper.Request request =
                new Dropper.Request(home.sample("support-triage.jsonl"), DATASET, home.sample("tune.json"), false);
        Optional<RunningCloud> elsewhere = clouds.find();
        if (elsewhere.isPresent()) {
            screen.line("A local cloud runs here already; using it.");
            try (RunningCloud running = elsewhere.get()) {
                return go(running, request, screen);
            }
        }
        screen.line(
                "Starting the local cloud (S3, EventBridge, SQS, Lambda, Step Functions, Batch, SageMaker, DynamoDB in this process) ...");
        try (Stopping stopping = Stopping.onCtrlC(clouds.start(consolePort, false), screen)) {
            screen.line("Console " + stopping.cloud().console());
            int code = go(stopping.cloud(), request, screen);
            if (keep) {
                screen.line("Serving until Ctrl-C.");
                stopping.await();
            } else
                screen.line(
                        "The cloud stops now and keeps its state; ./tunedrop up serves it again, console included.");
            return code;
        }
    }

    private int go(RunningCloud running, Dropper.Request request, Screen screen) throws IOException {
        Instant start = Instant.now();
        RunView end = published(running, request, screen);
        if (end.summary().state() != RunState.PUBLISHED)
            return Follower.exitCode(end.summary().state());
        String endpoint = Objects.requireNonNull(end.publication()).endpoint();
        ask(running.cloud(), endpoint, screen);
        next(running, end, endpoint, Duration.between(start, Instant.now()), screen);
        return 0;
    }

    /// The run of the sample: the one that published it before, or a new one followed to its end.
    private RunView published(RunningCloud running, Dropper.Request request, Screen screen) throws IOException {
        Dropper dropper = new Dropper(running.cloud().drops(), running.cloud().ledger());
        Dropper.Dropped dropped = dropper.drop(request);
        RunRecord earlier = dropped.earlier().orElse(null);
        if (earlier != null && earlier.state() == RunState.PUBLISHED && !again) {
            screen.line("The sample is published already, by " + earlier.runId() + "; --again trains it anew.");
            RunView view = running.views().run(earlier.runId()).orElseThrow();
            new RunStory(screen, Follower.ROUTES_SHOWN).tell(view);
            return view;
        }
        if (earlier != null && earlier.state().terminal()) dropped = dropper.dropAgain(request);
        screen.line("Dropped " + request.file().getFileName() + " into s3://"
                + dropped.drop().bucket() + "/" + dropped.drop().key());
        return new Follower(running.views(), screen).follow(dropped.runId(), DropCommand.PATIENCE);
    }

    private void ask(Cloud cloud, String endpoint, Screen screen) {
        List<Map<String, String>> messages = List.of(Map.of("role", "user", "content", question));
        screen.heading("A question of its own, asked over the endpoint");
        screen.line("  question   " + RunStory.indented(question));
        screen.line(
                "  base       " + RunStory.indented(AskCommand.baseAnswer(cloud, endpoint, messages, ANSWER_TOKENS)));
        screen.line("  adapter    " + RunStory.indented(AskCommand.answer(cloud, endpoint, messages, ANSWER_TOKENS)));
    }

    private static void next(RunningCloud running, RunView end, String endpoint, Duration took, Screen screen) {
        screen.heading("Done in " + Figures.duration(took));
        if (running.console() != null)
            screen.line("  look at it   "
                    + running.console().resolve("runs/" + end.summary().runId()) + " (while the cloud runs)");
        screen.line("  serve it     ./tunedrop up");
        screen.line("  ask it       ./tunedrop ask " + endpoint + " \"Where is my parcel?\" --base");
        screen.line("  your data    ./tunedrop check my.jsonl, then ./tunedrop drop my.jsonl --dataset my-data");
    }
}

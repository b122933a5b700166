package dev.tunedrop.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Datasets.Answer;
import dev.tunedrop.functions.cloud.Datasets.Outcome;
import dev.tunedrop.local.console.RunView;

/// `tunedrop retrain DATASET`: puts the request on the bus, as any other trigger does, and tells what becomes of it.
@Command(
        name = "retrain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Train a dataset again, on the newest file of it that was accepted, and follow the run to the end.",
        footerHeading = "%n",
        footer = {
            "Exit code 0 when the run ends PUBLISHED or the request waits for another run's end, 1 otherwise.",
            "Example: tunedrop retrain support --base my-llama-2 --reason \"the old base goes away\""
        })
final class RetrainCommand implements Callable<Integer> {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Clouds clouds;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "DATASET", description = "The dataset's name: the folder its files were dropped in.")
    @SuppressWarnings("NullAway.Init")
    private String dataset;

    @Option(
            names = "--base",
            paramLabel = "BASE",
            description = "Train on this base, or at a service by this route, instead of what tune.json says.")
    private @Nullable String base;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; the run says so wherever it is shown.")
    private @Nullable String reason;

    @Option(names = "--no-follow", description = "Only start the run; do not wait for its end.")
    private boolean onlyStart;

    RetrainCommand(Clouds clouds) {
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        if (dataset.isBlank()) throw new UserMistake("the dataset's name is empty. tunedrop runs lists datasets.");
        if (base != null && base.isBlank())
            throw new UserMistake("--base is empty. Name a folder under models/, or leave it out.");
        Screen screen = Screen.of(spec.commandLine().getOut());
        try (RunningCloud running = clouds.connect()) {
            Answer answer = ask(running.cloud());
            if (answer.outcome() == Outcome.REFUSED)
                throw new UserMistake(
                        "nothing was started for the dataset \"%s\": %s.".formatted(dataset, answer.note()));
            screen.line(said(answer));
            String run = answer.runId();
            if (run == null || answer.outcome() == Outcome.WAITING) return 0;
            screen.line("Run     " + run);
            if (onlyStart) {
                screen.line("Follow it with: tunedrop show " + run);
                return 0;
            }
            RunView end;
            try (Leaving _ = Leaving.onCtrlC(screen, run)) {
                end = new Follower(running.views(), screen).follow(run, DropCommand.PATIENCE);
            }
            return Follower.exitCode(end.summary().state());
        }
    }

    private static String said(Answer answer) {
        String note = answer.note();
        return Character.toUpperCase(note.charAt(0)) + note.substring(1) + ".";
    }

    private Answer ask(Cloud cloud) {
        String request = "person " + UUID.randomUUID();
        cloud.bus().publish(new RetrainRequested(Instant.now(), dataset, Cause.PERSON, reason, request).on(base));
        long giveUp = System.nanoTime() + DropCommand.PATIENCE.toNanos();
        while (true) {
            Optional<Answer> answer = cloud.ledger().datasets().answer(request);
            if (answer.isPresent()) return answer.get();
            if (System.nanoTime() > giveUp)
                throw new UserMistake("the request was sent, but nobody took it within "
                        + DropCommand.PATIENCE.toSeconds()
                        + " s. Look at the log of the terminal that runs ./tunedrop up.");
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }
}

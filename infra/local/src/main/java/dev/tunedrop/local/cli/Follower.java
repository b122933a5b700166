package dev.tunedrop.local.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.console.RunViews;
import dev.tunedrop.local.console.WorkflowStep;

/// Follows one run to its end, telling each document as it comes and training as it goes.
final class Follower {

    private static final Duration LOOK_EVERY = Duration.ofMillis(400);
    static final int ROUTES_SHOWN = 5;

    private final RunViews views;
    private final Screen screen;
    private final Duration lookEvery;
    private @Nullable ManagedProgress lastManaged;
    private @Nullable Double lastHeldOut;
    private @Nullable Double bestHeldOut;
    private int lastStep;
    private String lastState = "";

    Follower(RunViews views, Screen screen) {
        this(views, screen, LOOK_EVERY);
    }

    Follower(RunViews views, Screen screen, Duration lookEvery) {
        this.views = views;
        this.screen = screen;
        this.lookEvery = lookEvery;
    }

    /// Waits for the run to appear in the ledger (at most `patience`), then to end.
    RunView follow(String runId, Duration patience) {
        long giveUp = System.nanoTime() + patience.toNanos();
        RunStory story = new RunStory(screen, ROUTES_SHOWN);
        while (true) {
            var found = views.run(runId);
            if (found.isPresent()) {
                RunView run = found.get();
                progress(run);
                story.tell(run);
                if (run.summary().state().terminal()) return end(run);
            } else if (System.nanoTime() > giveUp) {
                throw new UserMistake("the drop was stored, but no run began within " + patience.toSeconds()
                        + " s. Look at the log of the terminal that runs ./tunedrop up, then drop again.");
            }
            pause();
        }
    }

    private void progress(RunView run) {
        run.steps().stream()
                .filter(step -> step.status() == WorkflowStep.Status.RUNNING)
                .reduce((earlier, later) -> later)
                .map(WorkflowStep::name)
                .filter(name -> !name.equals(lastState))
                .ifPresent(name -> {
                    lastState = name;
                    screen.live(name + " ...");
                });
        if (run.training() != null) return;
        ManagedProgress managed = run.managed();
        if (managed != null && !managed.equals(lastManaged)) {
            lastManaged = managed;
            screen.live(progressLine(managed));
        }
        List<StepMetrics> fresh = views.metrics(run.summary().runId(), lastStep);
        if (fresh.isEmpty()) return;
        StepMetrics last = fresh.getLast();
        lastStep = last.step();
        for (StepMetrics metrics : fresh)
            if (metrics.heldOutLoss() != null) {
                lastHeldOut = metrics.heldOutLoss();
                bestHeldOut = bestHeldOut == null ? lastHeldOut : Double.valueOf(Math.min(bestHeldOut, lastHeldOut));
            }
        screen.live(progressLine(last, heldOut()));
    }

    private String heldOut() {
        return lastHeldOut == null || bestHeldOut == null
                ? ""
                : String.format(Locale.ROOT, "  held out %.4f (best %.4f)", lastHeldOut, bestHeldOut);
    }

    static String progressLine(StepMetrics last, String heldOut) {
        int tenths = last.steps() == 0 ? 0 : Math.min(20, 20 * last.step() / last.steps());
        return String.format(
                Locale.ROOT,
                "training [%s%s] step %d of %d  loss %.4f%s  %,.0f tokens/s  %s left",
                "#".repeat(tenths),
                ".".repeat(20 - tenths),
                last.step(),
                last.steps(),
                last.loss(),
                heldOut,
                last.tokensPerSecond(),
                Figures.duration(last.secondsLeft()));
    }

    static String progressLine(ManagedProgress managed) {
        return "%s says %s%s%s%s"
                .formatted(
                        managed.provider(),
                        managed.said(),
                        managed.step() == null ? "" : ", step " + managed.step(),
                        managed.step() == null || managed.steps() == null ? "" : " of " + managed.steps(),
                        managed.loss() == null ? "" : String.format(Locale.ROOT, "  loss %.4f", managed.loss()));
    }

    private RunView end(RunView run) {
        RunState state = run.summary().state();
        String reason = run.summary().reason();
        screen.blank();
        screen.line(state + (reason == null || run.failure() != null ? "" : ": " + reason));
        return run;
    }

    private void pause() {
        try {
            Thread.sleep(lookEvery);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while following a run", e);
        }
    }

    /// 0 for a run that ended as wished, 1 otherwise.
    static int exitCode(RunState state) {
        return switch (state) {
            case PUBLISHED, QUOTED -> 0;
            case REJECTED, FAILED, SUPERSEDED, RUNNING, AWAITING_APPROVAL -> 1;
        };
    }
}

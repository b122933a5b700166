package dev.tunedrop.trainer.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.events.run.StepMetrics;

/// One line a step for a person to read; at most one a second between the first step and the last.
public final class ProgressLine implements StepListener {

    private final PrintStream out;
    private long lastNanos;

    public ProgressLine(PrintStream out) {
        this.out = out;
    }

    @Override
    public void starting(int made, int steps) {
        if (made > 0) out.printf(Locale.ROOT, "going on after step %d of %d%n", made, steps);
    }

    @Override
    public void stepped(StepMetrics metrics) {
        long now = System.nanoTime();
        boolean edge = metrics.step() == 1 || metrics.step() == metrics.steps() || metrics.heldOutLoss() != null;
        if (!edge && now - lastNanos < 1_000_000_000L) return;
        lastNanos = now;
        out.println(text(metrics));
        out.flush();
    }

    static String text(StepMetrics metrics) {
        Rewards rewards = metrics.rewards();
        Double heldOut = metrics.heldOutLoss();
        return String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f%s  %,.0f tokens/s  %s left",
                metrics.step(),
                metrics.steps(),
                metrics.loss(),
                (rewards == null
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "  margin %.3f  accuracy %.2f",
                                        rewards.margin(),
                                        rewards.accuracy()))
                        + (heldOut == null ? "" : String.format(Locale.ROOT, "  held out %.4f", heldOut)),
                metrics.tokensPerSecond(),
                clock(metrics.secondsLeft()));
    }

    private static String clock(double seconds) {
        Duration left = Duration.ofSeconds(Math.round(seconds));
        return left.toHours() > 0
                ? "%d:%02d:%02d".formatted(left.toHours(), left.toMinutesPart(), left.toSecondsPart())
                : "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
    }
}

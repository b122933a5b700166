package dev.tunedrop.trainer.job;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.metric.Metrics;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.trainer.run.StepListener;

/// Reports how training goes: the first step that it sees, which is a later one where training was continued, then at
/// most one in ten seconds, the last, and wherever somebody looked at the held-out rows. Each figure is that of the
/// step, not of the steps since the last report.
final class StepFigures implements StepListener {

    private static final long PAUSE_NANOS = 10_000_000_000L;

    private final Metrics metrics;
    private final Map<String, String> about;
    private final LongSupplier nanoTime;
    private boolean reported;
    private long lastNanos;

    StepFigures(Metrics metrics, String runId, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.about = Map.of("runId", runId);
        this.nanoTime = nanoTime;
    }

    @Override
    public void stepped(StepMetrics step) {
        Double heldOut = step.heldOutLoss();
        boolean edge = !reported || step.step() == step.steps() || heldOut != null;
        long now = nanoTime.getAsLong();
        if (!edge && now - lastNanos < PAUSE_NANOS) return;
        reported = true;
        lastNanos = now;
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.TOKENS_PER_SECOND, step.tokensPerSecond());
        values.put(Metric.LOSS, step.loss());
        if (heldOut != null) values.put(Metric.HELD_OUT_LOSS, heldOut);
        metrics.put(about, values);
    }
}

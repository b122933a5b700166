package dev.tunedrop.trainer.optim;

import ai.djl.training.tracker.Tracker;

import dev.tunedrop.events.run.RunSettings.Schedule;

/// Learning rates by optimiser step, as DJL trackers; `getNewValue(i)` is the rate of step i, counted from 0.
///
/// Warm-up rises in equal strides and never starts at 0: w steps at peak · 1/(w+1), …, w/(w+1). Then, with
/// x = (i - w) / (steps - w) in [0, 1):
///
/// ```
/// constant   peak
/// linear     peak (1 - x)
/// cosine     peak (1 + cos πx) / 2
/// ```
/// x stays below 1, so the last step moves something too.
public final class Schedules {

    private Schedules() {}

    /// @param warmupShare of `steps`, rounded down
    public static Tracker of(Schedule schedule, double peak, int steps, double warmupShare) {
        int warmup = (int) Math.floor(warmupShare * steps);
        return i -> {
            if (i < warmup) return (float) (peak * (i + 1) / (warmup + 1));
            double x = Math.min(1, (i - warmup) / (double) Math.max(1, steps - warmup));
            return (float)
                    switch (schedule) {
                        case CONSTANT -> peak;
                        case LINEAR -> peak * (1 - x);
                        case COSINE -> peak * (1 + Math.cos(Math.PI * x)) / 2;
                    };
        };
    }
}

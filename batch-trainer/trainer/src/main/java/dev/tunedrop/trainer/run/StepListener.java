package dev.tunedrop.trainer.run;

import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.trainer.checkpoint.RunIdentity;

/// Hears of every optimiser step after it was made.
@FunctionalInterface
public interface StepListener {

    /// @param identity of what the run computes with
    default void begins(RunIdentity identity) {}

    /// @param made steps that earlier attempts made; 0 for a run that starts anew
    default void starting(int made, int steps) {}

    void stepped(StepMetrics metrics);
}

package dev.tunedrop.trainer.run;

import dev.tunedrop.events.run.StepMetrics;

/// Hears of every optimiser step after it was made.
@FunctionalInterface
public interface StepListener {
    void stepped(StepMetrics metrics);
}

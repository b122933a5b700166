package dev.tunedrop.events.run;

import static dev.tunedrop.events.run.RunSettings.require;

import org.jspecify.annotations.Nullable;

/// Looking at the held-out rows while training.
///
/// @param everySteps steps between two looks; absent: once an epoch where something depends on it, else only at the end
/// @param patience looks without improvement after which the run stops early; absent: it never does
/// @param minDelta how much lower a held-out loss must be to count as better, in nats a token
/// @param keep which weights the run ends with
public record EvaluationSettings(
        @Nullable Integer everySteps, @Nullable Integer patience, double minDelta, Keep keep) {

    public enum Keep {
        /// Those of the last step.
        LAST,
        /// Those of the lowest held-out loss seen.
        BEST
    }

    public EvaluationSettings {
        require(everySteps == null || everySteps >= 1, "evaluation.everySteps must be at least 1, was " + everySteps);
        require(patience == null || patience >= 1, "evaluation.patience must be at least 1, was " + patience);
        require(minDelta >= 0, "evaluation.minDelta is negative: " + minDelta);
    }
}

package dev.tunedrop.functions.quote;

import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Objective;

/// What is to be learnt, and how.
///
/// @param objective what the rows teach, never `AUTO`
/// @param manifest the prepared rows; of preference pairs each is two sequences
public record Lesson(RunSettings settings, Objective objective, Manifest manifest) {

    public Lesson {
        if (objective == Objective.AUTO)
            throw new IllegalArgumentException("objective must say what the rows teach, was auto");
    }

    boolean pairs() {
        return objective == Objective.DPO;
    }

    boolean labels() {
        return objective == Objective.CLASSIFICATION;
    }
}

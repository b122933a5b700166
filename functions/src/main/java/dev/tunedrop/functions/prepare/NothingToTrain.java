package dev.tunedrop.functions.prepare;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;
import dev.tunedrop.events.run.RunSettings;

/// What is said of a file whose every row is left out or held out.
final class NothingToTrain {

    private NothingToTrain() {}

    static Finding finding(RunSettings settings) {
        return new Finding(
                "nothing-to-train",
                Severity.ERROR,
                0,
                0,
                null,
                "no row is left to train on",
                settings.validationFrom() == null
                        ? "Raise maxTokens, or shorten the rows."
                        : "Put rows before line %d that none of those held out from there on repeats."
                                .formatted(settings.validationFrom()));
    }
}

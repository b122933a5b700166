package dev.tunedrop.functions.prepare;

import dev.tunedrop.events.run.Finding;
import dev.tunedrop.events.run.Finding.Severity;
import dev.tunedrop.events.run.RunSettings;

/// What is said of a file whose every row is left out or held out, or none of those that are to be held out is there.
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

    /// Of settings that say from which line on.
    static Finding noneHeldOut(long from) {
        return new Finding(
                "nothing-held-out",
                Severity.ERROR,
                0,
                0,
                null,
                "validationFrom is %d, and no row from that line on is left to hold out".formatted(from),
                "Name an earlier line, or leave validationFrom out.");
    }
}

package dev.tunedrop.events.run;

import java.util.List;

import dev.tunedrop.events.run.RunSettings.Privacy;

/// Secrets and personal data that a dataset seems to hold, by kind and place, never as text.
///
/// @param privacy who may see the dataset: the run's setting, made `PRIVATE` by anything found
/// @param kinds what was found; empty when nothing was
public record PrivateData(Privacy privacy, List<Kind> kinds) {

    /// @param kind such as `email` or `payment-card`
    /// @param rows how many rows hold one
    /// @param lines the first of them
    public record Kind(String kind, long rows, List<Long> lines) {
        public Kind {
            lines = List.copyOf(lines);
        }
    }

    public PrivateData {
        kinds = List.copyOf(kinds);
    }

    /// The class that follows from a setting and a find: data can make it stricter, never laxer.
    public static PrivateData of(Privacy setting, List<Kind> kinds) {
        return new PrivateData(kinds.isEmpty() ? setting : Privacy.PRIVATE, kinds);
    }
}

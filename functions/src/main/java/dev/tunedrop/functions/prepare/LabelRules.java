package dev.tunedrop.functions.prepare;

import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.run.Finding;

/// What the labels of a whole file must be for a classifier to be trained on them.
final class LabelRules {

    /// More than these are no classes: a column of names or of numbers was taken for labels.
    static final int MOST_LABELS = 1000;

    private LabelRules() {}

    /// An error where there is one label alone, or too many.
    ///
    /// @param labels every label once; empty: the rows have none
    static Optional<Finding> fault(List<String> labels) {
        if (labels.size() == 1)
            return Optional.of(error(
                    "label-single",
                    "every row has the same label, so there is nothing to tell apart",
                    "Give rows of at least two labels."));
        if (labels.size() > MOST_LABELS)
            return Optional.of(error(
                    "labels-too-many",
                    "the rows have more than %d labels".formatted(MOST_LABELS),
                    "Use fewer classes, or check that \"label\" is the class and not a name or a number of the row."));
        return Optional.empty();
    }

    private static Finding error(String rule, String message, String remedy) {
        return new Finding(rule, Finding.Severity.ERROR, 0, 0, null, message, remedy);
    }
}

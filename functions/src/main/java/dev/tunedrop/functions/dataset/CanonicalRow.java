package dev.tunedrop.functions.dataset;

import org.jspecify.annotations.Nullable;

/// A row on its way through the pipeline: one line of the canonical file.
///
/// @param line where it stands in the dropped file
/// @param split `train` or `validation` once the dataset is assembled
/// @param content sum of the row's content: equal rows have equal sums
/// @param question sum of everything before the last trained answer: rows with the same question stay on the same side
///     of the split, so that no answer leaks
public record CanonicalRow(long line, @Nullable String split, String content, String question, Row row) {

    public static final String TRAIN = "train";
    public static final String VALIDATION = "validation";

    public static CanonicalRow of(long line, Row row) {
        RowDigests sums = new RowDigests();
        sums.over(row);
        return new CanonicalRow(line, null, sums.content(), sums.question(), row);
    }

    /// The dataset's line number of a row that was counted from its range's start.
    public CanonicalRow movedBy(long linesBefore) {
        return new CanonicalRow(line + linesBefore, split, content, question, row);
    }

    public CanonicalRow in(String side) {
        return new CanonicalRow(line, side, content, question, row);
    }

    @Override
    public String toString() {
        return "CanonicalRow[line " + line + ", withheld: it holds training text]";
    }
}

package dev.tunedrop.functions.dataset;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;

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
        return new CanonicalRow(line, null, sum(row), sum(new Row.Chat(row.question())), row);
    }

    /// The dataset's line number of a row that was counted from its range's start.
    public CanonicalRow movedBy(long linesBefore) {
        return new CanonicalRow(line + linesBefore, split, content, question, row);
    }

    public CanonicalRow in(String side) {
        return new CanonicalRow(line, side, content, question, row);
    }

    private static String sum(Row row) {
        return Sha256.of(Json.writeLine(row).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "CanonicalRow[line " + line + ", withheld: it holds training text]";
    }
}

package dev.tunedrop.functions.dataset;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;

/// A row in the one form the pipeline passes on, whatever format it was written in.
///
/// @param line where it stands in the dropped file
/// @param split `train` or `validation` once the dataset is assembled
/// @param content sum of the row's content: equal rows have equal sums
/// @param question sum of everything before the last trained answer: rows with the same question stay on the same side
///     of the split, so that no answer leaks
public record CanonicalRow(
        long line, @Nullable String split, String content, String question, String format, List<Row.Message> messages) {

    public static final String TRAIN = "train";
    public static final String VALIDATION = "validation";

    public CanonicalRow {
        messages = List.copyOf(messages);
    }

    public static CanonicalRow of(long line, Row row) {
        List<Row.Message> messages = messages(row);
        int answer = messages.size() - 1;
        while (answer > 0 && !messages.get(answer).trained()) answer--;
        return new CanonicalRow(
                line,
                null,
                sum(row.format(), messages),
                sum("question", messages.subList(0, answer)),
                row.format(),
                messages);
    }

    /// The dataset's line number of a row that was counted from its range's start.
    public CanonicalRow movedBy(long linesBefore) {
        return new CanonicalRow(line + linesBefore, split, content, question, format, messages);
    }

    public CanonicalRow in(String side) {
        return new CanonicalRow(line, side, content, question, format, messages);
    }

    private static List<Row.Message> messages(Row row) {
        return switch (row) {
            case Row.Chat chat -> chat.messages();
            case Row.Completion pair ->
                List.of(
                        new Row.Message("user", pair.prompt(), false),
                        new Row.Message("assistant", pair.completion(), true));
        };
    }

    private static String sum(String salt, List<Row.Message> messages) {
        return Sha256.of((salt + "\n" + Json.writeLine(messages)).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "CanonicalRow[line " + line + ", withheld: it holds training text]";
    }
}

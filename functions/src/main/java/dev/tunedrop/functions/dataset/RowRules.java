package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/// From a parsed row to a good one: finds out its format, has it read, and answers what was found on the way.
final class RowRules {

    private RowRules() {}

    /// @param row absent when an error was found
    /// @param format absent when none was made out
    record Checked(@Nullable Row row, @Nullable DatasetFormat format, List<RowNotes.Note> notes) {}

    /// @param asked the format the owner named, which overrides what the row looks like
    static Checked check(JsonValue value, @Nullable DatasetFormat asked) {
        RowNotes notes = new RowNotes();
        if (!(value instanceof JsonValue.Obj row)) {
            notAnObject(value, notes);
            return new Checked(null, null, notes.notes());
        }
        notes.duplicateKeys(row);
        DatasetFormat format = format(row, asked, notes);
        Row read = format == null ? null : RowReader.of(format).read(row, notes);
        return new Checked(notes.failed() ? null : read, format, notes.notes());
    }

    private static void notAnObject(JsonValue value, RowNotes notes) {
        if (value instanceof JsonValue.Arr)
            notes.error(
                    "file-json-array",
                    value,
                    null,
                    "the line holds a JSON array, not one object",
                    "Write the array's objects one per line (JSON Lines).");
        else
            notes.error(
                    "row-not-object",
                    value,
                    null,
                    "the row is not an object",
                    "Write one object per line, such as {\"messages\": [...]}.");
    }

    private static @Nullable DatasetFormat format(JsonValue.Obj row, @Nullable DatasetFormat asked, RowNotes notes) {
        Set<DatasetFormat> found = FormatDetection.of(row);
        if (asked != null && fits(row, asked, found)) return asked;
        if (asked != null)
            notes.error(
                    "format-mismatch",
                    row,
                    null,
                    found.isEmpty()
                            ? "the format asked for is %s, and the row has none of its fields".formatted(asked.id())
                            : "the format asked for is %s, and the row is %s".formatted(asked.id(), ids(found)),
                    "Leave the format out, or name the one the rows have.");
        else if (found.isEmpty())
            notes.error(
                    "row-unknown-format",
                    row,
                    null,
                    "the row has the fields of no format that is read",
                    "Write {\"messages\": [{\"role\": \"user\", ...}, {\"role\": \"assistant\", ...}]}, or one of: "
                            + DatasetFormat.ids() + ".");
        else if (found.size() > 1)
            notes.error(
                    "row-ambiguous",
                    row,
                    null,
                    "the row has the fields of " + ids(found),
                    "Keep those of one of them, or name the format.");
        return asked == null && found.size() == 1 ? found.iterator().next() : null;
    }

    /// `text` and `text-label` rows may have fields of any other format beside them; a row's own choice decides the
    /// rest.
    private static boolean fits(JsonValue.Obj row, DatasetFormat asked, Set<DatasetFormat> found) {
        return switch (asked) {
            case TEXT -> row.has("text");
            case TEXT_LABEL -> row.has("text") && row.has("label");
            case OPENAI_CHAT, BEDROCK_CONVERSATION -> row.has("messages");
            case PROMPT_COMPLETION -> row.has("prompt") || row.has("completion");
            case ALPACA -> row.has("instruction");
            case SHAREGPT -> row.has("conversations");
            case VERTEX_CONTENTS, PREFERENCE, OPENAI_PREFERENCE, BEDROCK_PREFERENCE, VERTEX_PREFERENCE ->
                found.contains(asked);
        };
    }

    private static String ids(Set<DatasetFormat> formats) {
        return formats.stream().map(DatasetFormat::id).collect(Collectors.joining(" and "));
    }
}

package dev.tunedrop.functions.dataset;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// What a preference pair must be, whatever format it was written in.
final class PreferencePairs {

    private PreferencePairs() {}

    static @Nullable Row pair(
            JsonValue.Obj row,
            List<Row.Message> prompt,
            List<Row.Message> chosen,
            List<Row.Message> rejected,
            List<Row.Tool> tools,
            RowNotes notes) {
        if (notes.failed()) return null;
        if (prompt.isEmpty())
            notes.error(
                    "preference-no-prompt",
                    row,
                    null,
                    "the pair has no prompt that both answers follow",
                    "Give it a prompt, or let both begin with the same messages.");
        output(row, "the preferred answer", chosen, notes);
        output(row, "the answer not preferred", rejected, notes);
        if (!notes.failed() && chosen.equals(rejected))
            notes.warning(
                    "preference-equal",
                    row,
                    null,
                    "both answers are the same, so the pair teaches nothing",
                    "Drop the row.");
        return new Row.Preference(prompt, chosen, rejected, tools);
    }

    private static void output(JsonValue.Obj row, String what, List<Row.Message> output, RowNotes notes) {
        if (output.isEmpty() || !output.getLast().assistant() || output.stream().noneMatch(Row.Message::trained))
            notes.error(
                    "preference-no-answer",
                    row,
                    null,
                    what + " does not end with a trained message of the assistant",
                    "End it with what the assistant says, without weight 0.");
    }
}

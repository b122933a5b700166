package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `{"instruction", "input"?, "output", "system"?, "history"?}`. Instruction and input are joined by a line feed, and
/// history is a list of earlier `[question, answer]` pairs whose answers are learnt too, both as LLaMA-Factory does.
final class AlpacaReader implements RowReader {

    private static final Set<String> KEYS = Set.of("instruction", "input", "output", "system", "history");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        String question = question(row, notes);
        String output = notes.text(row, "output", "output");
        String system = notes.optionalText(row, "system");
        List<Row.Message> history = history(row, notes);
        if (question == null || output == null || system == null) return null;
        if (output.isBlank())
            notes.error("completion-empty", row, "output", "the output is empty", "Write the answer, or drop the row.");
        if (question.isBlank())
            notes.warning("prompt-empty", row, "instruction", "the instruction is empty", "Check that this is meant.");
        if (system.isEmpty() && history.isEmpty()) return new Row.Completion(question, output);
        List<Row.Message> messages = new ArrayList<>();
        if (!system.isEmpty()) messages.add(new Row.Message(Row.Message.SYSTEM, system, false));
        messages.addAll(history);
        messages.add(new Row.Message(Row.Message.USER, question, false));
        messages.add(new Row.Message(Row.Message.ASSISTANT, output, true));
        return new Row.Chat(messages);
    }

    /// Instruction and input as one text.
    static @Nullable String question(JsonValue.Obj row, RowNotes notes) {
        String instruction = notes.text(row, "instruction", "instruction");
        String input = notes.optionalText(row, "input");
        if (instruction == null || input == null) return null;
        return input.isEmpty() ? instruction : instruction + "\n" + input;
    }

    private static List<Row.Message> history(JsonValue.Obj row, RowNotes notes) {
        List<Row.Message> messages = new ArrayList<>();
        JsonValue history = row.get("history");
        if (history == null || history instanceof JsonValue.Null) return messages;
        if (!(history instanceof JsonValue.Arr turns)) {
            wrong(history, "history", notes);
            return messages;
        }
        for (int i = 0; i < turns.items().size(); i++) {
            JsonValue turn = turns.items().get(i);
            if (turn instanceof JsonValue.Arr pair
                    && pair.items().size() == 2
                    && pair.items().getFirst() instanceof JsonValue.Str question
                    && pair.items().getLast() instanceof JsonValue.Str answer) {
                messages.add(new Row.Message(Row.Message.USER, question.text(), false));
                messages.add(new Row.Message(Row.Message.ASSISTANT, answer.text(), true));
            } else wrong(turn, "history[" + i + "]", notes);
        }
        return messages;
    }

    private static void wrong(JsonValue where, String path, RowNotes notes) {
        notes.error(
                "history-invalid",
                where,
                path,
                "history is not a list of pairs of texts",
                "Write [[\"question\", \"answer\"], ...].");
    }
}

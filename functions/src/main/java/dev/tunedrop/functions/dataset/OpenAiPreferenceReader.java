package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `{"input": {"messages": [...]}, "preferred_output": [...], "non_preferred_output": [...]}`, and the API reference's
/// second spelling of the outputs, `preferred_completion` and `non_preferred_completion`.
final class OpenAiPreferenceReader implements RowReader {

    private static final Set<String> KEYS = Set.of(
            "input", "preferred_output", "non_preferred_output", "preferred_completion", "non_preferred_completion");
    private static final Set<String> INPUT_KEYS = Set.of("messages", "tools", "parallel_tool_calls");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        if (!(row.get("input") instanceof JsonValue.Obj input)) {
            JsonValue input = row.get("input");
            notes.error(
                    "field-missing",
                    input == null ? row : input,
                    "input",
                    "input is not an object with messages",
                    "Write \"input\": {\"messages\": [...]}.");
            return null;
        }
        notes.unknownKeys(input, INPUT_KEYS);
        List<Row.Tool> tools = new ToolReader(notes).declared(input, "input.");
        OpenAiChatReader.parallel(input, notes, "input.");
        JsonValue.Arr messages = notes.list(input, "messages", "input.messages");
        JsonValue.Arr chosen = output(row, "preferred", notes);
        JsonValue.Arr rejected = output(row, "non_preferred", notes);
        if (messages == null || chosen == null || rejected == null) return null;
        List<Row.Message> prompt = new MessageReader(notes, false).all(messages, "input.messages");
        Conversations.systemFirst(notes, messages, "input.messages", prompt, 0);
        MessageReader outputs = new MessageReader(notes, true);
        return PreferencePairs.pair(
                row,
                prompt,
                outputs.all(chosen, "preferred_output"),
                outputs.all(rejected, "non_preferred_output"),
                tools,
                notes);
    }

    private static JsonValue.@Nullable Arr output(JsonValue.Obj row, String which, RowNotes notes) {
        String guide = which + "_output";
        String reference = which + "_completion";
        if (row.has(guide) && row.has(reference)) {
            notes.error(
                    "row-ambiguous",
                    row,
                    guide,
                    "the row has both " + guide + " and " + reference,
                    "Keep " + guide + ".");
            return null;
        }
        String field = row.has(reference) ? reference : guide;
        return notes.list(row, field, field);
    }
}

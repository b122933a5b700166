package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Vertex AI's rows for Gemini: `{"systemInstruction"?: {"parts": [{"text"}]}, "contents": [{"role": "user" or "model",
/// "parts": [{"text"}]}]}`.
final class VertexReader implements RowReader {

    /// Google writes it both ways.
    static final List<String> INSTRUCTIONS = List.of("systemInstruction", "system_instruction");

    private static final Set<String> KEYS = Set.of("systemInstruction", "system_instruction", "contents");
    private static final Set<String> CONTENT_KEYS = Set.of("role", "parts");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        List<Row.Message> messages = system(row, notes);
        int offset = -messages.size();
        JsonValue.Arr list = notes.list(row, "contents", "contents");
        if (list == null) return null;
        for (int i = 0; i < list.items().size(); i++) {
            Row.Message message = content(list.items().get(i), "contents[" + i + "]", true, notes);
            if (message != null) messages.add(message);
        }
        if (!notes.failed()) Conversations.check(notes, list, "contents", messages, offset);
        return new Row.Chat(messages);
    }

    /// The instructions as the first message, where there are any.
    static List<Row.Message> system(JsonValue.Obj row, RowNotes notes) {
        List<Row.Message> messages = new ArrayList<>();
        for (String field : INSTRUCTIONS) {
            JsonValue instruction = row.get(field);
            if (instruction == null || RowNotes.absent(instruction)) continue;
            if (!messages.isEmpty())
                notes.error(
                        "row-ambiguous",
                        instruction,
                        field,
                        "the row has both " + String.join(" and ", INSTRUCTIONS),
                        "Keep one of them.");
            JsonValue.Obj system = notes.object(instruction, field);
            String said =
                    system == null ? null : PartsReader.text(system.get("parts"), system, field + ".parts", notes);
            if (said != null) messages.add(new Row.Message(Row.Message.SYSTEM, said, false));
        }
        return messages;
    }

    /// @param trains whether the model's words are learnt
    static Row.@Nullable Message content(JsonValue value, String path, boolean trains, RowNotes notes) {
        JsonValue.Obj content = notes.object(value, path);
        if (content == null) return null;
        notes.unknownKeys(content, CONTENT_KEYS);
        String role = Roles.of(content, path, "model", notes);
        String text = PartsReader.text(content.get("parts"), content, path + ".parts", notes);
        if (role == null || text == null) return null;
        return new Row.Message(role, text, trains && role.equals(Row.Message.ASSISTANT));
    }
}

package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Bedrock's Converse rows: `{"schemaVersion": "bedrock-conversation-2024", "system"?: [{"text"}], "messages":
/// [{"role", "content": [{"text"}]}]}`.
final class BedrockReader implements RowReader {

    static final String VERSION = "bedrock-conversation-2024";

    private static final Set<String> KEYS = Set.of("schemaVersion", "system", "messages");
    private static final Set<String> MESSAGE_KEYS = Set.of("role", "content");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        version(row, notes);
        List<Row.Message> messages = system(row, notes);
        int offset = -messages.size();
        JsonValue.Arr list = notes.list(row, "messages", "messages");
        if (list == null) return null;
        for (int i = 0; i < list.items().size(); i++) {
            Row.Message message = message(list.items().get(i), "messages[" + i + "]", true, notes);
            if (message != null) messages.add(message);
        }
        if (!notes.failed()) Conversations.check(notes, list, "messages", messages, offset);
        return new Row.Chat(messages);
    }

    /// Says what keys the row has that are not read, and an error where it does not name the schema.
    static void version(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        JsonValue version = row.get("schemaVersion");
        if (!(version instanceof JsonValue.Str text) || !text.text().equals(VERSION))
            notes.error(
                    "schema-version",
                    version == null ? row : version,
                    "schemaVersion",
                    "schemaVersion is not " + VERSION,
                    "Write \"schemaVersion\": \"" + VERSION + "\".");
    }

    /// The instructions as the first message, where there are any.
    static List<Row.Message> system(JsonValue.Obj row, RowNotes notes) {
        List<Row.Message> messages = new ArrayList<>();
        JsonValue system = row.get("system");
        if (!RowNotes.absent(system)) {
            String said = PartsReader.text(system, row, "system", notes);
            if (said != null) messages.add(new Row.Message(Row.Message.SYSTEM, said, false));
        }
        return messages;
    }

    /// @param trains whether the assistant's words are learnt
    static Row.@Nullable Message message(JsonValue value, String path, boolean trains, RowNotes notes) {
        JsonValue.Obj message = notes.object(value, path);
        if (message == null) return null;
        notes.unknownKeys(message, MESSAGE_KEYS);
        String role = Roles.of(message, path, "assistant", notes);
        String content = PartsReader.text(message.get("content"), message, path + ".content", notes);
        if (role == null || content == null) return null;
        return new Row.Message(role, content, trains && role.equals(Row.Message.ASSISTANT));
    }
}

package dev.tunedrop.functions.dataset;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `{"messages": [...], "tools": [...]}`, after OpenAI's published schema `FineTuneChatRequestInput`.
final class OpenAiChatReader implements RowReader {

    private static final Set<String> KEYS =
            Set.of("messages", "tools", "functions", "parallel_tool_calls", "function_call", "system");

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        if (!RowNotes.absent(row.get("system")))
            notes.error(
                    "system-outside",
                    row,
                    "system",
                    "the system prompt stands beside messages, where this format does not read it",
                    "Make it the first message, with the role system.");
        List<Row.Tool> tools = new ToolReader(notes).declared(row, "");
        Boolean parallel = parallel(row, notes, "");
        JsonValue.Arr list = notes.list(row, "messages", "messages");
        if (list == null) return null;
        List<Row.Message> messages = new MessageReader(notes, true).all(list, "messages");
        if (!notes.failed()) Conversations.check(notes, list, "messages", messages, 0);
        return new Row.Chat(messages, tools, parallel);
    }

    static @Nullable Boolean parallel(JsonValue.Obj row, RowNotes notes, String path) {
        JsonValue parallel = row.get("parallel_tool_calls");
        if (parallel == null || parallel instanceof JsonValue.Null) return null;
        if (parallel instanceof JsonValue.Bool flag) return flag.value();
        notes.error(
                "tools-invalid",
                parallel,
                path + "parallel_tool_calls",
                "parallel_tool_calls is neither true nor false",
                "Write true or false, or leave it out.");
        return null;
    }
}

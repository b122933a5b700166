package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// `{"conversations": [{"from": "human", "value": ...}, ...], "system"?, "tools"?}`, with the roles of FastChat
/// (human, gpt) and of LLaMA-Factory (function_call, observation); `tools` is a list or, as LLaMA-Factory writes
/// it, the text of one.
final class ShareGptReader implements RowReader {

    private static final Set<String> KEYS = Set.of("conversations", "system", "tools", "id");
    private static final Set<String> TURN_KEYS = Set.of("from", "value");
    private static final String CALLS = "function_call";
    private static final Map<String, String> ROLES = Map.of(
            "system",
            Row.Message.SYSTEM,
            "human",
            Row.Message.USER,
            "user",
            Row.Message.USER,
            "gpt",
            Row.Message.ASSISTANT,
            "assistant",
            Row.Message.ASSISTANT,
            CALLS,
            Row.Message.ASSISTANT,
            "observation",
            Row.Message.TOOL,
            "tool",
            Row.Message.TOOL);

    @Override
    public @Nullable Row read(JsonValue.Obj row, RowNotes notes) {
        notes.unknownKeys(row, KEYS);
        List<Row.Tool> tools = tools(row, notes);
        List<Row.Message> messages = new ArrayList<>();
        String system = notes.optionalText(row, "system");
        if (system != null && !system.isEmpty()) messages.add(new Row.Message(Row.Message.SYSTEM, system, false));
        JsonValue.Arr list = notes.list(row, "conversations", "conversations");
        if (list == null) return null;
        int offset = -messages.size();
        messages.addAll(turns(list, "conversations", true, notes));
        if (!notes.failed()) Conversations.check(notes, list, "conversations", messages, offset);
        return new Row.Chat(messages, tools, null);
    }

    /// @param trains whether the assistant's turns are learnt
    static List<Row.Message> turns(JsonValue.Arr list, String path, boolean trains, RowNotes notes) {
        List<Row.Message> messages = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Row.Message turn = turn(list.items().get(i), path + "[" + i + "]", trains, notes);
            if (turn != null) messages.add(turn);
        }
        return messages;
    }

    static Row.@Nullable Message turn(JsonValue value, String path, boolean trains, RowNotes notes) {
        JsonValue.Obj turn = notes.object(value, path);
        if (turn == null) return null;
        notes.unknownKeys(turn, TURN_KEYS);
        JsonValue said = turn.get("from");
        if (said == null) {
            notes.error("role-missing", turn, path, "the turn has no from", "Add human or gpt.");
            return null;
        }
        String from = said instanceof JsonValue.Str text ? text.text() : "";
        String role = ROLES.get(from);
        if (role == null) {
            notes.error(
                    "role-unknown",
                    said,
                    path + ".from",
                    "from is none of human, user, gpt, assistant, system, function_call, observation, tool",
                    "Use one of them.");
            return null;
        }
        String content = notes.text(turn, "value", path + ".value");
        if (content == null) return null;
        boolean trained = trains && role.equals(Row.Message.ASSISTANT);
        if (from.equals(CALLS)) {
            List<Row.ToolCall> calls = calls(turn, content, path, notes);
            return new Row.Message(role, "", trained, null, calls, null);
        }
        if (trained && content.isBlank())
            notes.warning(
                    "content-empty",
                    turn,
                    path + ".value",
                    "an assistant's turn is empty, which teaches the model to say nothing",
                    "Check that this is meant.");
        return new Row.Message(role, content, trained);
    }

    /// `{"name": ..., "arguments": {...}}`, or a list of such, as text.
    private static List<Row.ToolCall> calls(JsonValue.Obj turn, String text, String path, RowNotes notes) {
        List<Row.ToolCall> calls = new ArrayList<>();
        JsonValue parsed = JsonText.parsed(text);
        List<JsonValue> items =
                parsed instanceof JsonValue.Arr list ? list.items() : parsed == null ? List.of() : List.of(parsed);
        for (JsonValue item : items)
            if (item instanceof JsonValue.Obj call && call.get("name") instanceof JsonValue.Str name) {
                JsonValue arguments = call.get("arguments");
                if (arguments instanceof JsonValue.Str written)
                    calls.add(new Row.ToolCall(null, name.text(), written.text()));
                else if (arguments instanceof JsonValue.Obj object)
                    calls.add(new Row.ToolCall(null, name.text(), JsonText.of(object)));
            }
        if (items.isEmpty() || calls.size() < items.size())
            notes.error(
                    "tool-call-invalid",
                    turn,
                    path + ".value",
                    "the function call is not the JSON of a name and arguments",
                    "Write {\"name\": ..., \"arguments\": {...}} as its text.");
        return calls;
    }

    static List<Row.Tool> tools(JsonValue.Obj row, RowNotes notes) {
        if (!(row.get("tools") instanceof JsonValue.Str text)) return new ToolReader(notes).declared(row, "");
        List<Row.Tool> tools = new ArrayList<>();
        if (text.text().isBlank()) return tools;
        if (!(JsonText.parsed(text.text()) instanceof JsonValue.Arr list)) {
            notes.error(
                    "tools-invalid",
                    text,
                    "tools",
                    "tools is neither a list nor the JSON text of one",
                    "Write a list of tools.");
            return tools;
        }
        RowNotes inner = new RowNotes();
        for (JsonValue item : list.items()) {
            Row.Tool tool = new ToolReader(inner).tool(item, "tools");
            if (tool != null) tools.add(tool);
        }
        inner.notes().forEach(note -> notes.error(note.rule(), text, note.field(), note.message(), note.remedy()));
        return tools;
    }
}

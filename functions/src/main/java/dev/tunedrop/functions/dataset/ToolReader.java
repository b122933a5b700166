package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// Reads declared tools and calls of them, in OpenAI's spelling (`tools`, `tool_calls`, `tool_call_id`) and its
/// older one (`functions`, `function_call`). Whether arguments fit a tool's schema is another rule's business.
final class ToolReader {

    private static final String DECLARE =
            "Write {\"type\": \"function\", \"function\": {\"name\": ..., \"parameters\": {...}}}.";
    private static final String CALL =
            "Write {\"id\": ..., \"type\": \"function\", \"function\": {\"name\": ..., \"arguments\": \"{...}\"}}.";

    private final RowNotes notes;

    ToolReader(RowNotes notes) {
        this.notes = notes;
    }

    /// The tools a row declares.
    List<Row.Tool> declared(JsonValue.Obj row, String path) {
        List<Row.Tool> tools = new ArrayList<>();
        for (String key : List.of("tools", "functions")) {
            JsonValue declared = row.get(key);
            if (RowNotes.absent(declared)) continue;
            if (declared instanceof JsonValue.Arr list) {
                for (int i = 0; i < list.items().size(); i++) {
                    Row.Tool tool = tool(list.items().get(i), path + key + "[" + i + "]");
                    if (tool != null) tools.add(tool);
                }
            } else
                notes.error(
                        "tools-invalid",
                        declared == null ? row : declared,
                        path + key,
                        key + " is not a list",
                        "Write a list of tools.");
        }
        return tools;
    }

    /// One tool: OpenAI's envelope or the bare function inside it.
    Row.@Nullable Tool tool(JsonValue value, String path) {
        JsonValue.Obj function = function(value);
        if (function == null || !(function.get("name") instanceof JsonValue.Str name)) {
            notes.error("tools-invalid", value, path, "the tool is not a function with a name", DECLARE);
            return null;
        }
        JsonValue parameters = function.get("parameters");
        JsonValue description = function.get("description");
        JsonValue strict = function.get("strict");
        boolean fits = (RowNotes.absent(parameters) || parameters instanceof JsonValue.Obj)
                && (RowNotes.absent(description) || description instanceof JsonValue.Str)
                && (RowNotes.absent(strict) || strict instanceof JsonValue.Bool);
        if (!fits) {
            notes.error(
                    "tools-invalid",
                    function,
                    path,
                    "the tool's description is not text, its parameters are not an object, or strict is not a switch",
                    DECLARE);
            return null;
        }
        if (parameters instanceof JsonValue.Obj schema && !JsonText.plainNumbers(schema)) {
            notes.error(
                    "tools-invalid",
                    schema,
                    path + ".parameters",
                    "a number in the parameters has an exponent or more than 30 characters",
                    "Write it in plain digits.");
            return null;
        }
        return new Row.Tool(
                name.text(),
                description instanceof JsonValue.Str text ? text.text() : null,
                parameters instanceof JsonValue.Obj schema ? JsonText.tree(schema) : null,
                strict instanceof JsonValue.Bool flag ? flag.value() : null);
    }

    private static JsonValue.@Nullable Obj function(JsonValue value) {
        if (!(value instanceof JsonValue.Obj tool)) return null;
        if (!tool.has("type") && !tool.has("function")) return tool;
        boolean functionType =
                tool.get("type") instanceof JsonValue.Str type && type.text().equals("function");
        return functionType && tool.get("function") instanceof JsonValue.Obj function ? function : null;
    }

    /// The calls of one message; none is usual.
    List<Row.ToolCall> calls(JsonValue.Obj message, String role, String path) {
        List<Row.ToolCall> calls = new ArrayList<>();
        JsonValue listed = message.get("tool_calls");
        JsonValue older = message.get("function_call");
        if (RowNotes.absent(listed) && RowNotes.absent(older)) return calls;
        if (!role.equals(Row.Message.ASSISTANT)) {
            notes.error(
                    "tool-call-misplaced",
                    message,
                    path,
                    "a message that is not the assistant's calls a tool",
                    "Move the call to an assistant message.");
            return calls;
        }
        if (older != null && !RowNotes.absent(older)) add(calls, older, null, path + ".function_call");
        if (listed instanceof JsonValue.Arr list) {
            for (int i = 0; i < list.items().size(); i++) {
                String at = path + ".tool_calls[" + i + "]";
                JsonValue item = list.items().get(i);
                JsonValue.Obj function = function(item);
                if (item instanceof JsonValue.Obj call && function != null)
                    add(calls, function, call.get("id") instanceof JsonValue.Str id ? id.text() : null, at);
                else invalid(item, at);
            }
        } else if (listed != null && !RowNotes.absent(listed)) invalid(listed, path + ".tool_calls");
        return calls;
    }

    private void add(List<Row.ToolCall> calls, JsonValue function, @Nullable String id, String path) {
        if (function instanceof JsonValue.Obj object
                && object.get("name") instanceof JsonValue.Str name
                && object.get("arguments") instanceof JsonValue.Str arguments)
            calls.add(new Row.ToolCall(id, name.text(), arguments.text()));
        else invalid(function, path);
    }

    private void invalid(JsonValue where, String path) {
        notes.error(
                "tool-call-invalid", where, path, "the call is not a function with a name and arguments as text", CALL);
    }

    /// Which call a tool's message answers. The older spelling names the function instead.
    @Nullable
    String answers(JsonValue.Obj message, String path) {
        JsonValue id = message.get("tool_call_id");
        boolean tool =
                message.get("role") instanceof JsonValue.Str role && role.text().equals("tool");
        if (id instanceof JsonValue.Str text) return text.text();
        if (tool || !RowNotes.absent(id))
            notes.error(
                    "tool-call-id-missing",
                    id == null ? message : id,
                    path,
                    "a tool message has no tool_call_id that is text",
                    "Name the id of the call it answers.");
        return null;
    }
}

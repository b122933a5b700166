package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Reads messages as OpenAI's chat fine-tuning has them (schema `FineTuneChatRequestInput`): `role`, `content` as
/// text or as a list of text parts, `name`, `weight`, `tool_calls`, `tool_call_id` and their older spelling
/// `function_call`.
final class MessageReader {

    private static final Map<String, String> ROLES = Map.of(
            "system", Row.Message.SYSTEM,
            "developer", Row.Message.SYSTEM,
            "user", Row.Message.USER,
            "assistant", Row.Message.ASSISTANT,
            "tool", Row.Message.TOOL,
            "function", Row.Message.TOOL);
    private static final Set<String> KEYS = Set.of(
            "role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call", "audio", "refusal");

    private final RowNotes notes;
    private final ToolReader tools;
    private final boolean trains;

    /// @param trains whether an assistant's messages are learnt where their weight does not say
    MessageReader(RowNotes notes, boolean trains) {
        this.notes = notes;
        this.tools = new ToolReader(notes);
        this.trains = trains;
    }

    /// The messages that could be read: as many as the list has items unless an error was noted.
    List<Row.Message> all(JsonValue.Arr list, String path) {
        List<Row.Message> messages = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            JsonValue item = list.items().get(i);
            Row.Message message = plain(item);
            if (message == null) {
                String at = path + "[" + i + "]";
                JsonValue.Obj object = notes.object(item, at);
                message = object == null ? null : one(object, at);
            }
            if (message != null) messages.add(message);
        }
        return messages;
    }

    /// What nearly every message is: a role, a text and nothing else, of which nothing can be said. Null for any other.
    private Row.@Nullable Message plain(JsonValue value) {
        if (!(value instanceof JsonValue.Obj message) || message.members().size() != 2) return null;
        if (!(message.get("role") instanceof JsonValue.Str role)) return null;
        if (!(message.get("content") instanceof JsonValue.Str content)) return null;
        String known = ROLES.get(role.text());
        if (known == null || known.equals(Row.Message.TOOL) || content.text().isBlank()) return null;
        boolean trained = trains && known.equals(Row.Message.ASSISTANT);
        return new Row.Message(known, content.text(), trained);
    }

    Row.@Nullable Message one(JsonValue.Obj message, String path) {
        notes.unknownKeys(message, KEYS);
        String role = role(message, path);
        if (role == null) return null;
        if (!RowNotes.absent(message.get("audio"))) {
            notes.error("modality-unsupported", message, path, "the message holds audio", "Keep text rows only.");
            return null;
        }
        Boolean trained = weight(message, role, path);
        List<Row.ToolCall> calls = tools.calls(message, role, path);
        String content = content(message, !calls.isEmpty(), path);
        String answers = tools.answers(message, path);
        String name = name(message, path);
        if (content == null || trained == null) return null;
        if (content.isBlank() && trained && calls.isEmpty())
            notes.warning(
                    "content-empty",
                    message,
                    path + ".content",
                    "an assistant message is empty, which teaches the model to say nothing",
                    "Check that this is meant.");
        return new Row.Message(role, content, trained, name, calls, answers);
    }

    private @Nullable String role(JsonValue.Obj message, String path) {
        JsonValue role = message.get("role");
        if (role == null) {
            notes.error("role-missing", message, path, "the message has no role", "Add system, user or assistant.");
            return null;
        }
        String known = role instanceof JsonValue.Str text ? ROLES.get(text.text()) : null;
        if (known == null)
            notes.error(
                    "role-unknown",
                    role,
                    path + ".role",
                    "the role is none of system, developer, user, assistant, tool, function",
                    "Use one of them.");
        return known;
    }

    /// OpenAI's schema: the integer 0 or 1, on assistant messages only.
    private @Nullable Boolean weight(JsonValue.Obj message, String role, String path) {
        JsonValue weight = message.get("weight");
        boolean assistant = role.equals(Row.Message.ASSISTANT);
        if (RowNotes.absent(weight)) return assistant && trains;
        if (!(weight instanceof JsonValue.Num number)
                || !(number.text().equals("0") || number.text().equals("1"))) {
            notes.error(
                    "weight-invalid",
                    weight == null ? message : weight,
                    path + ".weight",
                    "weight is not the integer 0 or 1",
                    "Use 0 (not trained) or 1 (trained), or leave it out.");
            return null;
        }
        if (!assistant) {
            notes.error(
                    "weight-misplaced",
                    weight,
                    path + ".weight",
                    "weight stands on a message that is not the assistant's",
                    "Remove it; only assistant messages are trained.");
            return null;
        }
        return trains && number.text().equals("1");
    }

    private @Nullable String name(JsonValue.Obj message, String path) {
        JsonValue name = message.get("name");
        if (RowNotes.absent(name)) return null;
        if (name instanceof JsonValue.Str text) return text.text();
        notes.error(
                "content-not-text",
                name == null ? message : name,
                path + ".name",
                "name is not text",
                "Write it as a JSON string.");
        return null;
    }

    private @Nullable String content(JsonValue.Obj message, boolean calls, String path) {
        JsonValue content = message.get("content");
        if (calls && RowNotes.absent(content)) return "";
        return switch (content) {
            case JsonValue.Str text -> text.text();
            case JsonValue.Arr parts -> parts(parts, path);
            case null -> {
                notes.error("content-missing", message, path, "the message has no content", "Add it, as text.");
                yield null;
            }
            case JsonValue.Null none -> {
                notes.error("content-missing", none, path + ".content", "content is null", "Write it as text.");
                yield null;
            }
            case JsonValue.Obj o -> notText(o, path);
            case JsonValue.Num n -> notText(n, path);
            case JsonValue.Bool b -> notText(b, path);
        };
    }

    private @Nullable String notText(JsonValue content, String path) {
        notes.error(
                "content-not-text", content, path + ".content", "content is not text", "Write it as a JSON string.");
        return null;
    }

    /// A list of text parts is text; any other part is a picture, a sound or a file.
    private @Nullable String parts(JsonValue.Arr parts, String path) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.items().size(); i++) {
            JsonValue part = parts.items().get(i);
            if (part instanceof JsonValue.Obj object
                    && object.get("type") instanceof JsonValue.Str type
                    && type.text().equals("text")
                    && object.get("text") instanceof JsonValue.Str piece) {
                text.append(piece.text());
            } else {
                notes.error(
                        "modality-unsupported",
                        part,
                        path + ".content[" + i + "]",
                        "a part of the content is not text",
                        "Leave rows with images, sound or files out; only text is trained here.");
                return null;
            }
        }
        if (parts.items().isEmpty()) {
            notes.error("content-missing", parts, path + ".content", "content is an empty list", "Write it as text.");
            return null;
        }
        return text.toString();
    }
}

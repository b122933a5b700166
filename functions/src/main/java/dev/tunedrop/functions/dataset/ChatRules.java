package dev.tunedrop.functions.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// The rules for a row of `messages`.
final class ChatRules {

    private static final Set<String> TEXT_ROLES = Set.of("system", "developer", "user", "assistant");
    private static final Set<String> TOOL_ROLES = Set.of("tool", "function");
    private static final String TOOLS_REMEDY = "Leave tool rows out of this dataset; only text is trained here.";

    private final RowRules rules;

    ChatRules(RowRules rules) {
        this.rules = rules;
    }

    Optional<Row> row(JsonValue.Obj row) {
        for (String key : List.of("tools", "functions"))
            if (row.get(key) instanceof JsonValue.Arr tools && !tools.items().isEmpty())
                rules.error(
                        "tool-calls-unsupported",
                        tools,
                        key,
                        "the row declares tools, which are not trained here",
                        TOOLS_REMEDY);
        rules.unknownKeys(row, RowRules.chatKeys());
        if (!(row.get("messages") instanceof JsonValue.Arr list)) {
            JsonValue where = row.get("messages");
            rules.error(
                    "messages-not-list",
                    where == null ? row : where,
                    "messages",
                    "messages is not a list",
                    "Write \"messages\": [ ... ].");
            return Optional.empty();
        }
        if (list.items().isEmpty()) {
            rules.error(
                    "messages-empty",
                    list,
                    "messages",
                    "the list of messages is empty",
                    "Write at least a user and an assistant message.");
            return Optional.empty();
        }
        List<Row.Message> messages = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Row.Message message = message(list.items().get(i), "messages[" + i + "]");
            if (message != null) messages.add(message);
        }
        if (messages.size() == list.items().size()) whole(list, messages);
        return Optional.of(new Row.Chat(messages));
    }

    private void whole(JsonValue.Arr list, List<Row.Message> messages) {
        if (messages.stream().noneMatch(message -> message.role().equals("assistant")))
            rules.error(
                    "no-assistant",
                    list,
                    "messages",
                    "there is no assistant message, so there is nothing to learn",
                    "Add the answer the model should give.");
        else if (messages.stream().noneMatch(Row.Message::trained))
            rules.error(
                    "nothing-trained",
                    list,
                    "messages",
                    "every assistant message has weight 0",
                    "Give at least one of them weight 1, or drop the row.");
        else if (!messages.getLast().role().equals("assistant"))
            rules.warning(
                    "assistant-not-last",
                    list,
                    "messages",
                    "what follows the last assistant message is not trained",
                    "End the row with an assistant message.");
        for (int i = 1; i < messages.size(); i++)
            if (messages.get(i).role().equals("system"))
                rules.warning(
                        "system-not-first",
                        list.items().get(i),
                        "messages[" + i + "]",
                        "a system message stands after the first message, which many chat templates refuse",
                        "Put it first.");
    }

    private Row.@Nullable Message message(JsonValue value, String path) {
        if (!(value instanceof JsonValue.Obj message)) {
            rules.error(
                    "message-not-object",
                    value,
                    path,
                    "a message is not an object",
                    "Write {\"role\": \"user\", \"content\": \"...\"}.");
            return null;
        }
        if (unsupported(message, path)) return null;
        String role = role(message, path);
        Boolean trained = role == null ? null : weight(message, role, path);
        String content = content(message, path);
        if (role == null || content == null || trained == null) return null;
        if (content.isBlank() && role.equals("assistant") && trained)
            rules.warning(
                    "content-empty",
                    message,
                    path + ".content",
                    "an assistant message is empty, which teaches the model to say nothing",
                    "Check that this is meant.");
        return new Row.Message(role.equals("developer") ? "system" : role, content, trained);
    }

    private boolean unsupported(JsonValue.Obj message, String path) {
        boolean toolRole = message.get("role") instanceof JsonValue.Str role && TOOL_ROLES.contains(role.text());
        boolean calls = filled(message.get("tool_calls")) || filled(message.get("function_call"));
        if (toolRole || calls) {
            rules.error(
                    "tool-calls-unsupported",
                    message,
                    path,
                    "the message is part of a tool call, which is not trained here",
                    TOOLS_REMEDY);
            return true;
        }
        if (filled(message.get("audio"))) {
            rules.error("modality-unsupported", message, path, "the message holds audio", "Keep text rows only.");
            return true;
        }
        return false;
    }

    private static boolean filled(@Nullable JsonValue value) {
        return value != null && !(value instanceof JsonValue.Null);
    }

    private @Nullable String role(JsonValue.Obj message, String path) {
        JsonValue role = message.get("role");
        if (role == null) {
            rules.error("role-missing", message, path, "the message has no role", "Add system, user or assistant.");
            return null;
        }
        if (!(role instanceof JsonValue.Str text) || !TEXT_ROLES.contains(text.text())) {
            rules.error(
                    "role-unknown",
                    role,
                    path + ".role",
                    "the role is none of system, developer, user, assistant",
                    "Use one of them.");
            return null;
        }
        return text.text();
    }

    /// OpenAI's schema: the integer 0 or 1, on assistant messages only. Absent: 1.
    private @Nullable Boolean weight(JsonValue.Obj message, String role, String path) {
        JsonValue weight = message.get("weight");
        boolean assistant = role.equals("assistant");
        if (weight == null || weight instanceof JsonValue.Null) return assistant;
        if (!(weight instanceof JsonValue.Num number)
                || !(number.text().equals("0") || number.text().equals("1"))) {
            rules.error(
                    "weight-invalid",
                    weight,
                    path + ".weight",
                    "weight is not the integer 0 or 1",
                    "Use 0 (not trained) or 1 (trained), or leave it out.");
            return null;
        }
        if (!assistant) {
            rules.error(
                    "weight-misplaced",
                    weight,
                    path + ".weight",
                    "weight stands on a message that is not the assistant's",
                    "Remove it; only assistant messages are trained.");
            return null;
        }
        return number.text().equals("1");
    }

    private @Nullable String content(JsonValue.Obj message, String path) {
        JsonValue content = message.get("content");
        return switch (content) {
            case JsonValue.Str text -> text.text();
            case JsonValue.Arr parts -> parts(parts, path);
            case null -> {
                rules.error("content-missing", message, path, "the message has no content", "Add it, as text.");
                yield null;
            }
            case JsonValue.Null none -> {
                rules.error("content-missing", none, path + ".content", "content is null", "Write it as text.");
                yield null;
            }
            case JsonValue.Obj o -> notText(o, path);
            case JsonValue.Num n -> notText(n, path);
            case JsonValue.Bool b -> notText(b, path);
        };
    }

    private @Nullable String notText(JsonValue content, String path) {
        rules.error(
                "content-not-text", content, path + ".content", "content is not text", "Write it as a JSON string.");
        return null;
    }

    /// A list of text parts is text; any other part is a picture, a sound or a file.
    private @Nullable String parts(JsonValue.Arr parts, String path) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.items().size(); i++) {
            JsonValue part = parts.items().get(i);
            String at = path + ".content[" + i + "]";
            if (part instanceof JsonValue.Obj object
                    && object.get("type") instanceof JsonValue.Str type
                    && type.text().equals("text")
                    && object.get("text") instanceof JsonValue.Str piece) {
                text.append(piece.text());
            } else {
                rules.error(
                        "modality-unsupported",
                        part,
                        at,
                        "a part of the content is not text",
                        "Leave rows with images, sound or files out; only text is trained here.");
                return null;
            }
        }
        if (parts.items().isEmpty()) {
            rules.error("content-missing", parts, path + ".content", "content is an empty list", "Write it as text.");
            return null;
        }
        return text.toString();
    }
}

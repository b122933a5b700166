package dev.tunedrop.endpoint.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.Sampling;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Reads the body of `POST /v1/chat/completions` and `POST /invocations`.
///
/// What would change the answer and is not served here (tools, penalties, log probabilities, …) is refused, as is a
/// field nobody knows: a client must not believe that it was heeded.
public final class ChatRequestReader {

    /// As OpenAI has it.
    private static final double DEFAULT_TEMPERATURE = 1;

    private static final int MOST_STOPS = 4;

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

    private static final Set<String> SERVED = Set.of(
            "model",
            "messages",
            "temperature",
            "top_p",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "seed",
            "n",
            "stream",
            "stream_options");

    /// They say who asks and for what, not what the answer should be.
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "user",
            "metadata",
            "store",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key",
            "parallel_tool_calls");

    private ChatRequestReader() {}

    /// Reads a body of JSON, the answer's settings included.
    public static ChatRequest read(byte[] body) {
        JsonNode object = object(body);
        Fields fields = new Fields(object, "");
        refuseUnserved(object, fields);
        return new ChatRequest(
                fields.text("model"), messages(fields), sampling(fields), fields.flag("stream"), usageAtEnd(fields));
    }

    static JsonNode object(byte[] body) {
        JsonNode tree;
        try {
            tree = Json.tree(body, "the request's body");
        } catch (InvalidDocument e) {
            throw ApiError.invalid(null, "invalid_json", String.valueOf(e.getMessage()));
        }
        if (!tree.isObject()) throw ApiError.invalid(null, "invalid_json", "the request's body must be a JSON object");
        return tree;
    }

    private static void refuseUnserved(JsonNode object, Fields fields) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (SERVED.contains(name) || WITHOUT_EFFECT.contains(name) || asksNothing(fields, name)) continue;
            String shown = name.length() <= 64 ? name : name.substring(0, 64) + "…";
            throw ApiError.invalid(shown, "unsupported_parameter", shown + " is not supported; leave it out");
        }
        Long n = fields.integer("n", 1, 128);
        if (n != null && n != 1) throw fields.wrong("n", "must be 1; send the request again for another answer");
    }

    /// A field that is there but asks for nothing: null, false, 0, an empty list or object.
    private static boolean asksNothing(Fields fields, String name) {
        JsonNode value = fields.find(name);
        return value == null
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.doubleValue() == 0)
                || (value.isContainerNode() && value.isEmpty());
    }

    private static List<Message> messages(Fields fields) {
        JsonNode array = fields.find("messages");
        if (array == null) throw fields.wrong("messages", "is required");
        if (!array.isArray() || array.isEmpty())
            throw fields.wrong("messages", "must be a list of at least one message");
        List<Message> messages = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            JsonNode each = array.get(i);
            if (!each.isObject()) throw fields.wrong("messages[" + i + "]", "must be an object");
            messages.add(message(new Fields(each, "messages[" + i + "].")));
        }
        return messages;
    }

    private static Message message(Fields fields) {
        String role = fields.requiredText("role");
        if (!ROLES.contains(role)) throw fields.wrong("role", "must be system, developer, user or assistant");
        // OpenAI's newer name for the system's turn; chat templates know the older one
        return new Message(role.equals("developer") ? "system" : role, content(fields));
    }

    private static String content(Fields fields) {
        JsonNode content = fields.find("content");
        if (content == null) throw fields.wrong("content", "is required");
        if (content.isTextual()) return fields.wholeCharacters("content", content.textValue());
        if (!content.isArray()) throw fields.wrong("content", "must be a string or a list of text parts");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String at = "content[" + i + "]";
            JsonNode part = content.get(i);
            if (!part.isObject()) throw fields.wrong(at, "must be an object");
            Fields partFields = new Fields(part, fields.path(at) + ".");
            if (!partFields.requiredText("type").equals("text")) throw partFields.wrong("type", "must be text");
            text.append(partFields.requiredText("text"));
        }
        return text.toString();
    }

    private static Sampling sampling(Fields fields) {
        Double temperature = fields.number("temperature", 0, 2);
        Double topP = fields.number("top_p", 0, 1);
        if (topP != null && topP == 0)
            throw fields.wrong("top_p", "must be above 0; for one answer only, set temperature to 0");
        return new Sampling(
                temperature == null ? DEFAULT_TEMPERATURE : temperature,
                topP == null ? 1 : topP,
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                maxTokens(fields),
                stops(fields));
    }

    private static @Nullable Integer maxTokens(Fields fields) {
        Long older = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        Long newer = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (older != null && newer != null && !older.equals(newer))
            throw fields.wrong("max_tokens", "differs from max_completion_tokens; send one of them");
        Long limit = newer == null ? older : newer;
        return limit == null ? null : Math.toIntExact(limit);
    }

    private static List<String> stops(Fields fields) {
        JsonNode stop = fields.find("stop");
        if (stop == null) return List.of();
        if (stop.isTextual()) return List.of(stop(fields, "stop", stop));
        if (!stop.isArray() || stop.size() > MOST_STOPS)
            throw fields.wrong("stop", "must be a string or a list of up to %d strings".formatted(MOST_STOPS));
        List<String> stops = new ArrayList<>(stop.size());
        for (int i = 0; i < stop.size(); i++) stops.add(stop(fields, "stop[" + i + "]", stop.get(i)));
        return stops;
    }

    private static String stop(Fields fields, String name, JsonNode value) {
        if (!value.isTextual()) throw fields.wrong(name, "must be a string");
        if (value.textValue().isEmpty()) throw fields.wrong(name, "must not be empty");
        return fields.wholeCharacters(name, value.textValue());
    }

    private static boolean usageAtEnd(Fields fields) {
        JsonNode options = fields.find("stream_options");
        if (options == null) return false;
        if (!options.isObject()) throw fields.wrong("stream_options", "must be an object");
        return new Fields(options, "stream_options.").flag("include_usage");
    }
}

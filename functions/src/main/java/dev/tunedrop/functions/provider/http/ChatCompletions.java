package dev.tunedrop.functions.provider.http;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// OpenAI's chat completions, which many services speak: one question, one answer, greedily.
public final class ChatCompletions {

    private ChatCompletions() {}

    /// @param messages role and content of each
    public static ObjectNode question(String model, List<Map<String, String>> messages, int maxTokens) {
        ObjectNode question = Json.mapper().createObjectNode().put("model", model);
        question.set("messages", Json.mapper().valueToTree(messages));
        return question.put("max_tokens", maxTokens).put("temperature", 0);
    }

    /// Whether an object is an answer.
    public static boolean whole(ObjectNode answer) {
        return answer.at("/choices/0/message/content").isTextual();
    }

    public static String text(ObjectNode answer) {
        return answer.at("/choices/0/message/content").asText();
    }
}

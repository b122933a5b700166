package dev.tunedrop.functions.provider.vertex;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// A question as `generateContent` takes it and what it answers: instructions apart, and the assistant is the model.
final class Conversation {

    private Conversation() {}

    static ObjectNode question(List<Map<String, String>> messages, int maxTokens) {
        ObjectNode question = Json.mapper().createObjectNode();
        for (Map<String, String> message : messages) {
            String role = Objects.requireNonNull(message.get("role"), "role");
            ObjectNode turn = role.equals("system")
                    ? question.withObject("/systemInstruction")
                    : question.withArray("/contents")
                            .addObject()
                            .put("role", role.equals("assistant") ? "model" : role);
            turn.withArray("/parts").addObject().put("text", message.get("content"));
        }
        question.putObject("generationConfig").put("maxOutputTokens", maxTokens).put("temperature", 0);
        return question;
    }

    static boolean whole(ObjectNode answer) {
        return answer.at("/candidates/0/content/parts").isArray();
    }

    static String text(ObjectNode answer) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : answer.at("/candidates/0/content/parts"))
            text.append(part.path("text").asText(""));
        return text.toString();
    }
}

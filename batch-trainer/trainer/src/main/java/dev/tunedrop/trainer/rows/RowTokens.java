package dev.tunedrop.trainer.rows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TextException;
import dev.tunedrop.text.TokenizedChat;

/// Turns one row into tokens: OpenAI chat (`messages`, each with `role`, `content` and, for an assistant, `weight` 0 or
/// 1), or `prompt` and `completion`. Without a chat template the base only takes the second.
record RowTokens(Path file, BaseText text) {

    TokenizedChat tokens(long line, ObjectNode row) {
        try {
            if (row.has("messages")) return text.tokenize(messages(line, row.get("messages")));
            String prompt = string(line, row, "prompt");
            String completion = string(line, row, "completion");
            return text.hasChatTemplate()
                    ? text.tokenize(List.of(ChatMessage.user(prompt), ChatMessage.assistant(completion)))
                    : text.tokenizeCompletion(prompt, completion);
        } catch (TextException e) {
            throw JsonLines.mistake(file, line, "cannot be tokenised: " + e.getMessage(), "Correct the row");
        }
    }

    private List<ChatMessage> messages(long line, JsonNode messages) {
        if (!messages.isArray() || messages.isEmpty())
            throw JsonLines.mistake(
                    file, line, "has no messages", "Give \"messages\" at least a user and an assistant");
        List<ChatMessage> chat = new ArrayList<>();
        for (JsonNode message : messages) {
            if (!(message instanceof ObjectNode object))
                throw JsonLines.mistake(file, line, "has a message that is no object", "Give each role and content");
            String role = string(line, object, "role");
            JsonNode weight = object.get("weight");
            if (weight != null && !(weight.isInt() && (weight.intValue() == 0 || weight.intValue() == 1)))
                throw JsonLines.mistake(file, line, "has a weight that is neither 0 nor 1", "Use 0 or 1");
            boolean trained = role.equals("assistant") && (weight == null || weight.intValue() == 1);
            chat.add(new ChatMessage(role, string(line, object, "content"), trained));
        }
        if (chat.stream().noneMatch(ChatMessage::trained))
            throw JsonLines.mistake(file, line, "has no assistant message to learn", "Add one, or remove the row");
        return chat;
    }

    private String string(long line, ObjectNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || !value.isTextual())
            throw JsonLines.mistake(
                    file,
                    line,
                    "has no text in \"" + field + "\"",
                    "Rows are {\"messages\": [...]} or {\"prompt\": \"...\", \"completion\": \"...\"}");
        return value.textValue();
    }
}

package dev.tunedrop.trainer.rows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TextException;
import dev.tunedrop.text.TokenizedChat;

/// Turns a preference row into the tokens of its two answers, each after the same prompt: `prompt`, `chosen` and
/// `rejected`, or OpenAI's `input` (with `messages`), `preferred_output` and `non_preferred_output`. Each of them is
/// text or messages of `role` and `content`; only the answers' assistant messages carry loss. A base without a chat
/// template takes text only.
record PairTokens(Path file, BaseText text) {

    /// Where a dialect keeps its parts.
    private record Fields(String prompt, String chosen, String rejected) {}

    private static final Fields PLAIN = new Fields("prompt", "chosen", "rejected");
    private static final Fields OPENAI = new Fields("input", "preferred_output", "non_preferred_output");

    static boolean isPair(ObjectNode row) {
        return fields(row) != null;
    }

    private static @Nullable Fields fields(ObjectNode row) {
        if (row.has(PLAIN.chosen) || row.has(PLAIN.rejected)) return PLAIN;
        return row.has(OPENAI.chosen) || row.has(OPENAI.rejected) ? OPENAI : null;
    }

    /// The preferred answer, then the other.
    List<TokenizedChat> tokens(long line, ObjectNode row) {
        Fields fields = fields(row);
        if (fields == null)
            throw mistake(
                    line,
                    "has no pair of answers, which the first row has",
                    "Give every row \"prompt\", \"chosen\" and \"rejected\"");
        JsonNode prompt = fields.equals(OPENAI) ? row.path(fields.prompt).path("messages") : row.path(fields.prompt);
        TokenizedChat chosen = answer(line, fields.prompt, prompt, fields.chosen, row.path(fields.chosen));
        TokenizedChat rejected = answer(line, fields.prompt, prompt, fields.rejected, row.path(fields.rejected));
        if (Arrays.equals(chosen.ids(), rejected.ids()))
            throw mistake(line, "has the same answer twice, which says nothing", "Correct the row, or remove it");
        return List.of(chosen, rejected);
    }

    private TokenizedChat answer(long line, String promptName, JsonNode prompt, String answerName, JsonNode answer) {
        try {
            if (!text.hasChatTemplate() && prompt.isTextual() && answer.isTextual())
                return text.tokenizeCompletion(prompt.textValue(), answer.textValue());
            List<ChatMessage> chat = new ArrayList<>(messages(line, promptName, prompt, "user", false));
            List<ChatMessage> learnt = messages(line, answerName, answer, "assistant", true);
            if (learnt.stream().noneMatch(ChatMessage::trained))
                throw mistake(line, "has no assistant message in \"" + answerName + "\"", "Add one, or remove the row");
            chat.addAll(learnt);
            return text.tokenize(chat);
        } catch (TextException e) {
            throw mistake(line, "cannot be tokenised: " + e.getMessage(), "Correct the row");
        }
    }

    /// @param role of what is plain text
    /// @param trained whether assistant messages carry loss
    private List<ChatMessage> messages(long line, String name, JsonNode part, String role, boolean trained) {
        if (part.isTextual()) return List.of(new ChatMessage(role, part.textValue(), trained));
        if (!part.isArray() || part.isEmpty())
            throw mistake(
                    line,
                    "has neither text nor messages in \"" + name + "\"",
                    "Give text, or messages of \"role\" and \"content\"");
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : part) {
            JsonNode speaker = message.path("role");
            JsonNode content = message.path("content");
            if (!speaker.isTextual() || !content.isTextual())
                throw mistake(
                        line,
                        "has a message without role or content in \"" + name + "\"",
                        "Give each message both as text");
            boolean learnt = trained && speaker.textValue().equals("assistant");
            messages.add(new ChatMessage(speaker.textValue(), content.textValue(), learnt));
        }
        return messages;
    }

    private RuntimeException mistake(long line, String what, String remedy) {
        return JsonLines.mistake(file, line, what, remedy);
    }
}

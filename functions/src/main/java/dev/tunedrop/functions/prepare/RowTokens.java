package dev.tunedrop.functions.prepare;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.dataset.Row;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.TextException;
import dev.tunedrop.text.TokenizedChat;

/// What each kind of row becomes: one sequence, or for a preference pair two, the better first.
final class RowTokens {

    /// Some templates want ids of nine characters, and none minds them.
    private static final String MISSING_ID = "call%05d";

    private static final String LABELS =
            "the base is an encoder, which learns labels of texts; it takes rows of \"text\" and \"label\" alone";
    private static final String WRITES =
            "the base writes text and has no place for labels; choose an encoder such as BERT, or write the label as an assistant's answer";

    private final BaseText text;

    RowTokens(BaseText text) {
        this.text = text;
    }

    /// @param maxTokens of a text with a label, which keeps what its tokenizer puts at its end when it is cut
    List<TokenizedChat> of(Row row, int maxTokens) {
        if (text.encoder() != row instanceof Row.Labelled) throw new TextException(text.encoder() ? LABELS : WRITES);
        return switch (row) {
            case Row.Chat chat -> List.of(chat(chat));
            case Row.Completion pair ->
                List.of(
                        text.hasChatTemplate()
                                ? chat(pair.asChat())
                                : text.tokenizeCompletion(pair.prompt(), pair.completion()));
            case Row.Preference pair -> List.of(chat(pair.chosenChat()), chat(pair.rejectedChat()));
            case Row.Text plain -> List.of(text.tokenizeText(plain.text()));
            case Row.Labelled labelled -> {
                int[] ids = text.textIds(labelled.text(), maxTokens);
                yield List.of(new TokenizedChat(ids, new boolean[ids.length], true, List.of()));
            }
        };
    }

    /// A base without a chat template still reads one question and its answer as plain text.
    private TokenizedChat chat(Row.Chat chat) {
        List<Row.Message> messages = chat.messages();
        boolean oneTurn = messages.size() == 2
                && messages.getFirst().role().equals(Row.Message.USER)
                && messages.getLast().assistant()
                && messages.getLast().toolCalls().isEmpty()
                && chat.tools().isEmpty();
        if (!text.hasChatTemplate() && oneTurn)
            return text.tokenizeCompletion(
                    messages.getFirst().content(), messages.getLast().content());
        return text.tokenize(
                messages(messages),
                chat.tools().stream().map(RowTokens::declared).toList());
    }

    private static List<ChatMessage> messages(List<Row.Message> messages) {
        List<ChatMessage> chat = new ArrayList<>(messages.size());
        int called = 0;
        int answered = 0;
        for (Row.Message message : messages) {
            List<ChatMessage.ToolCall> calls = new ArrayList<>();
            for (Row.ToolCall call : message.toolCalls()) {
                String id = call.id() == null ? MISSING_ID.formatted(called) : call.id();
                calls.add(new ChatMessage.ToolCall(id, call.name(), call.arguments()));
                called++;
            }
            String answers = message.toolCallId();
            if (answers == null && message.role().equals(Row.Message.TOOL)) answers = MISSING_ID.formatted(answered++);
            chat.add(new ChatMessage(message.role(), message.content(), message.trained(), calls, answers));
        }
        return chat;
    }

    private static JsonNode declared(Row.Tool tool) {
        ObjectNode function = Json.mapper().createObjectNode();
        function.put("name", tool.name());
        if (tool.description() != null) function.put("description", tool.description());
        if (tool.parameters() != null) function.set("parameters", tool.parameters());
        ObjectNode declared = Json.mapper().createObjectNode();
        declared.put("type", "function");
        declared.set("function", function);
        return declared;
    }
}

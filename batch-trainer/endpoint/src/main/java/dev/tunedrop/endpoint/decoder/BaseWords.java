package dev.tunedrop.endpoint.decoder;

import java.util.List;
import java.util.Set;

import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.UnusableRequest;
import dev.tunedrop.endpoint.generate.Words;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.ChatMessage;
import dev.tunedrop.text.Decoder;
import dev.tunedrop.text.TextException;

/// The tokenizer and chat template of a base. A base without a template takes one user message, read as plain text:
/// what a fine-tune on prompts and completions is asked with.
///
/// @param text stays the caller's
public record BaseWords(BaseText text) implements Words {

    /// What a decoder makes of bytes that are no character.
    private static final char REPLACEMENT = '\uFFFD';

    @Override
    public int[] promptIds(List<Message> messages) {
        try {
            int[] ids = text.hasChatTemplate() ? text.promptIds(chat(messages)) : plain(messages);
            if (ids.length == 0) throw refused("the conversation has no tokens; say something");
            return ids;
        } catch (TextException e) {
            throw new UnusableRequest(UnusableRequest.Reason.CHAT_TEMPLATE, String.valueOf(e.getMessage()), e);
        }
    }

    private static List<ChatMessage> chat(List<Message> messages) {
        return messages.stream()
                .map(each -> new ChatMessage(each.role(), each.content(), false))
                .toList();
    }

    private int[] plain(List<Message> messages) {
        if (messages.size() != 1 || !messages.getFirst().role().equals("user"))
            throw refused("this base model has no chat template; send exactly one user message, which it continues");
        return text.completionPromptIds(messages.getFirst().content());
    }

    private static UnusableRequest refused(String message) {
        return new UnusableRequest(UnusableRequest.Reason.CHAT_TEMPLATE, message);
    }

    @Override
    public Set<Integer> endTokens() {
        return text.endTokens();
    }

    @Override
    public Stream stream() {
        Decoder decoder = text.decoder();
        return new Stream() {
            @Override
            public String accept(int token) {
                return decoder.add(token);
            }

            @Override
            public String finish() {
                String rest = decoder.finish();
                int end = rest.length();
                while (end > 0 && rest.charAt(end - 1) == REPLACEMENT) end--;
                return rest.substring(0, end);
            }
        };
    }
}

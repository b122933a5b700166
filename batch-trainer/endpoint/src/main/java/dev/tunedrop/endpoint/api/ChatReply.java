package dev.tunedrop.endpoint.api;

import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.Piece;

/// A whole answer, or one event of a stream of it, in OpenAI's form.
///
/// @param id the same in all events of one answer
/// @param object `chat.completion` or `chat.completion.chunk`
/// @param created seconds since 1970
/// @param model the name under which it was served
public record ChatReply(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable Usage usage) {

    public ChatReply {
        choices = List.copyOf(choices);
    }

    /// @param message in a whole answer
    /// @param delta in an event of a stream: what is added
    public record Choice(
            int index,
            @Nullable Message message,
            @Nullable Delta delta,

            @JsonProperty("finish_reason") @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String finishReason) {}

    public record Delta(@Nullable String role, @Nullable String content) {}

    public record Usage(
            @JsonProperty("prompt_tokens") int promptTokens,
            @JsonProperty("completion_tokens") int completionTokens,
            @JsonProperty("total_tokens") int totalTokens) {}

    /// What the replies to one request have in common.
    public record Head(String id, long created, String model) {

        public ChatReply whole(String text, Piece.End end) {
            return reply(
                    "chat.completion",
                    List.of(new Choice(0, new Message("assistant", text), null, name(end.finish()))),
                    usage(end));
        }

        public ChatReply opening() {
            return event(new Delta("assistant", ""), null);
        }

        public ChatReply part(String text) {
            return event(new Delta(null, text), null);
        }

        public ChatReply closing(Piece.End end) {
            return event(new Delta(null, null), name(end.finish()));
        }

        public ChatReply count(Piece.End end) {
            return reply("chat.completion.chunk", List.of(), usage(end));
        }

        private ChatReply event(Delta delta, @Nullable String finish) {
            return reply("chat.completion.chunk", List.of(new Choice(0, null, delta, finish)), null);
        }

        private ChatReply reply(String object, List<Choice> choices, @Nullable Usage usage) {
            return new ChatReply(id, object, created, model, choices, usage);
        }

        private static String name(Piece.Finish finish) {
            return finish.name().toLowerCase(Locale.ROOT);
        }

        private static Usage usage(Piece.End end) {
            int prompt = end.usage().promptTokens();
            int answer = end.usage().answerTokens();
            return new Usage(prompt, answer, prompt + answer);
        }
    }
}

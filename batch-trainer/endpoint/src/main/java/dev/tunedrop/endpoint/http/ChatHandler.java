package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.api.ChatReply;
import dev.tunedrop.endpoint.api.ChatRequest;
import dev.tunedrop.endpoint.api.ChatRequestReader;
import dev.tunedrop.endpoint.generate.Busy;
import dev.tunedrop.endpoint.generate.Generation;
import dev.tunedrop.endpoint.generate.Piece;
import dev.tunedrop.endpoint.generate.Serving;
import dev.tunedrop.endpoint.generate.UnknownModel;
import dev.tunedrop.endpoint.generate.UnusableRequest;

/// Answers a conversation, at once or as server-sent events.
final class ChatHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ChatHandler.class);

    private final HttpOptions options;
    private final Clock clock;

    ChatHandler(HttpOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
    }

    /// `POST /v1/chat/completions`: the body names the model.
    void completions(Call call, Serving serving) throws IOException, InterruptedException {
        ChatRequest request = ChatRequestReader.read(call.body());
        answer(call, serving, request, ModelName.required(request.model()));
    }

    /// `POST /invocations`: a header or the body names the model; neither means the base.
    void invocations(Call call, Serving serving) throws IOException, InterruptedException {
        ChatRequest request = ChatRequestReader.read(call.body());
        answer(call, serving, request, ModelName.of(call, request.model(), serving));
    }

    /// What the replies to one request have in common.
    static ChatReply.Head head(Clock clock, String served) {
        return new ChatReply.Head(
                "chatcmpl-" + UUID.randomUUID().toString().replace("-", ""),
                clock.instant().getEpochSecond(),
                served);
    }

    private void answer(Call call, Serving serving, ChatRequest request, ModelName model)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        ChatReply.Head head = head(clock, model.name());
        try (Generation generation = begin(serving, request, model)) {
            Reply reply = request.stream()
                    ? new EventReply(call, head, request.usageAtEnd())
                    : new WholeReply(call, head, options.heartbeat());
            Piece.End end;
            try {
                end = pass(generation, reply, start);
            } catch (ApiError e) {
                reply.failed(e);
                return;
            }
            LOG.info(
                    "answered as {}: {} tokens read, {} drawn, {} ms",
                    model.name(),
                    end.usage().promptTokens(),
                    end.usage().answerTokens(),
                    (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static Generation begin(Serving serving, ChatRequest request, ModelName model) {
        try {
            return serving.begin(model.name(), request.messages(), request.sampling());
        } catch (UnknownModel e) {
            throw model.unknown();
        } catch (UnusableRequest e) {
            String code = switch (e.reason()) {
                case CONTEXT_LENGTH -> "context_length_exceeded";
                case CHAT_TEMPLATE -> "invalid_value";
            };
            throw ApiError.invalid("messages", code, String.valueOf(e.getMessage()));
        } catch (Busy e) {
            throw ApiError.busy(String.valueOf(e.getMessage()));
        }
    }

    /// Passes pieces on until the end. An IOException from the reply means that the client hung up; the generation is
    /// closed on the way out.
    private Piece.End pass(Generation generation, Reply reply, long start) throws IOException, InterruptedException {
        while (true) {
            if (System.nanoTime() - start > options.requestTime().toNanos())
                throw ApiError.timedOut("the answer took longer than %d s; ask for fewer tokens"
                        .formatted(options.requestTime().toSeconds()));
            switch (generation.poll(options.heartbeat())) {
                case null -> reply.stillThere();
                case Piece.Text text -> reply.part(text.text());
                case Piece.End end -> {
                    reply.end(end);
                    return end;
                }
                case Piece.Failed failed -> {
                    LOG.error("a generation failed", failed.cause());
                    throw ApiError.internal("the model failed on this request; the server's log says how");
                }
            }
        }
    }
}

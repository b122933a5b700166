package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.api.ChatRequest;
import dev.tunedrop.endpoint.api.ChatRequestReader;
import dev.tunedrop.endpoint.api.LabelReply;
import dev.tunedrop.endpoint.api.LabelRequest;
import dev.tunedrop.endpoint.generate.Busy;
import dev.tunedrop.endpoint.generate.Classifying;
import dev.tunedrop.endpoint.generate.LabelScores;
import dev.tunedrop.endpoint.generate.Message;
import dev.tunedrop.endpoint.generate.Piece;
import dev.tunedrop.endpoint.generate.UnknownModel;
import dev.tunedrop.endpoint.generate.UnusableRequest;

/// Tells the label of a text. A conversation is answered too, with the label of what the user said last, so that
/// whoever asks chats needs no other way in.
final class LabelHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LabelHandler.class);

    private final HttpOptions options;
    private final Clock clock;

    LabelHandler(HttpOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
    }

    /// `POST /v1/classify`: the body names the model.
    void classify(Call call, Classifying service) throws IOException, InterruptedException {
        LabelRequest request = LabelRequest.read(call.body());
        label(call, service, request, ModelName.required(request.model()));
    }

    /// `POST /v1/chat/completions`: the body names the model.
    void completions(Call call, Classifying service) throws IOException, InterruptedException {
        ChatRequest request = ChatRequestReader.read(call.body());
        chat(call, service, request, ModelName.required(request.model()));
    }

    /// `POST /invocations` of a text or of a conversation: a header or the body names the model; neither means the
    /// base.
    void invocations(Call call, Classifying service) throws IOException, InterruptedException {
        byte[] body = call.body();
        if (LabelRequest.holds(body)) {
            LabelRequest request = LabelRequest.read(body);
            label(call, service, request, ModelName.of(call, request.model(), service));
        } else {
            ChatRequest request = ChatRequestReader.read(body);
            chat(call, service, request, ModelName.of(call, request.model(), service));
        }
    }

    private void label(Call call, Classifying service, LabelRequest request, ModelName model)
            throws IOException, InterruptedException {
        LabelScores scores = scores(service, model, request.text(), "text");
        call.reply(200, LabelReply.of(model.name(), scores));
    }

    private void chat(Call call, Classifying service, ChatRequest request, ModelName model)
            throws IOException, InterruptedException {
        List<Message> said = request.messages().stream()
                .filter(message -> message.role().equals("user"))
                .toList();
        if (said.isEmpty())
            throw ApiError.invalid("messages", "messages has no user message, whose text would be given a label");
        LabelScores scores = scores(service, model, said.getLast().content(), "messages");
        var head = ChatHandler.head(clock, model.name());
        Reply reply = request.stream()
                ? new EventReply(call, head, request.usageAtEnd())
                : new WholeReply(call, head, options.heartbeat());
        reply.part(scores.label());
        reply.end(new Piece.End(Piece.Finish.STOP, new Piece.Usage(scores.tokens(), 1)));
    }

    /// @param field of the request that holds the text
    private LabelScores scores(Classifying service, ModelName model, String text, String field)
            throws InterruptedException {
        long start = System.nanoTime();
        CompletableFuture<LabelScores> answer;
        try {
            answer = service.classify(model.name(), text);
        } catch (UnknownModel e) {
            throw model.unknown();
        } catch (Busy e) {
            throw ApiError.busy(String.valueOf(e.getMessage()));
        }
        try {
            LabelScores scores = answer.get(options.requestTime().toNanos(), TimeUnit.NANOSECONDS);
            long millis = (System.nanoTime() - start) / 1_000_000;
            LOG.info("labelled as {}: {} tokens read, {} ms", model.name(), scores.tokens(), millis);
            return scores;
        } catch (TimeoutException e) {
            throw ApiError.timedOut("the answer took longer than %d s; ask again later"
                    .formatted(options.requestTime().toSeconds()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnusableRequest unusable)
                throw ApiError.invalid(field, "invalid_value", String.valueOf(unusable.getMessage()));
            LOG.error("a classification failed", e.getCause());
            throw ApiError.internal("the model failed on this request; the server's log says how");
        }
    }
}

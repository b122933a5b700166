package dev.tunedrop.local.states;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The tokens of tasks that wait to be answered. A token names its execution and attempt, so that it stays good over a
/// restart; an answer is on the disk before its sender is told so.
final class TaskTokens {

    private final Map<String, Pending> pending = new ConcurrentHashMap<>();

    /// A wait for an answer, and when it was last heard of.
    static final class Pending {
        private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        private volatile Instant lastBeat;

        private boolean taken;
        private boolean givenUp;

        Pending(Instant started) {
            this.lastBeat = started;
        }

        /// Whether an answer may still be written down; none may after the wait was given up.
        private synchronized boolean take() {
            if (givenUp) return false;
            taken = true;
            return true;
        }

        /// Whether the wait is over without an answer; it is not where one is being written down.
        synchronized boolean giveUp() {
            if (taken) return false;
            givenUp = true;
            return true;
        }

        CompletableFuture<JsonNode> answer() {
            return answer;
        }

        Instant lastBeat() {
            return lastBeat;
        }
    }

    /// Where a token points.
    record Place(String execution, String attempt) {}

    static String make(String execution, String attempt) {
        String text = execution + "\n" + attempt + "\n" + UUID.randomUUID();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty when the text was never a token.
    static Optional<Place> read(String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\n", -1);
            return parts.length == 3 ? Optional.of(new Place(parts[0], parts[1])) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// Waits for the answer to `token`; one that came before, or before a restart, is there at once.
    Pending expect(String token, History history, String attempt, Instant now) {
        Pending waiting = pending.computeIfAbsent(token, t -> new Pending(now));
        history.find(Mark.Kind.ANSWER, attempt).ifPresent(answer -> complete(waiting, answer));
        return waiting;
    }

    void forget(String token) {
        pending.remove(token);
    }

    /// Whether an answer to `token` is taken: of an answer and the end of the wait for it only one comes to be.
    boolean take(String token) {
        Pending waiting = pending.get(token);
        return waiting == null || waiting.take();
    }

    /// An answer that was taken could not be written down.
    void lost(String token, RuntimeException why) {
        Pending waiting = pending.get(token);
        if (waiting != null) waiting.answer.completeExceptionally(why);
    }

    /// Delivers an answer that is in the journal already.
    void deliver(String token, JsonNode answer) {
        Pending waiting = pending.get(token);
        if (waiting != null) complete(waiting, answer);
    }

    void beat(String token, Instant now) {
        Pending waiting = pending.get(token);
        if (waiting != null) waiting.lastBeat = now;
    }

    private static void complete(Pending waiting, JsonNode answer) {
        if (answer instanceof ObjectNode failed && failed.has("error"))
            waiting.answer.completeExceptionally(new AslFailure(
                    failed.path("error").asText(), failed.path("cause").asText()));
        else waiting.answer.complete(answer.path("output"));
    }
}

package dev.tunedrop.local.states;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;

/// The other side of a Task: one resource such as `arn:aws:states:::lambda:invoke`.
///
/// A future that fails does so with an [AslFailure].
public interface Integration {

    /// Does the work, or hands it over. Called again with the same call, `again` true, when the process died before
    /// the answer was in the journal.
    CompletableFuture<JsonNode> call(Call call);

    /// For `.sync`: completes when the work handed over has ended. May be called several times for one piece of work.
    default CompletableFuture<JsonNode> outcome(JsonNode submitted) {
        throw new AslFailure(AslFailure.RUNTIME, "This resource has no .sync pattern.");
    }

    /// For `.sync`: the execution no longer waits; end the work.
    default void stop(JsonNode submitted, String reason) {}

    /// Whether a call that may already have been made can be made again without a second effect.
    default boolean idempotent() {
        return false;
    }

    /// `resourceType` and `resource` of the history's events.
    String resourceType();

    String resource();

    /// @param token the same for every delivery of one attempt: what makes a repeated call recognisable
    /// @param arguments as the workflow wrote them
    record Call(String executionArn, String token, JsonNode arguments, Instant deadline, boolean again) {}
}

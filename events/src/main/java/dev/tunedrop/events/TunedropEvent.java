package dev.tunedrop.events;

import java.math.BigDecimal;
import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Everything Tunedrop announces. On the bus the source is [#SOURCE], the detail type is [#wireName()], the detail is
/// the record as JSON. Delivery is at least once and in no order: consumers key on the run and its state.
public sealed interface TunedropEvent {

    String SOURCE = "tunedrop";

    /// When it happened.
    Instant at();

    default String wireName() {
        return switch (this) {
            case RunStarted e -> "RunStarted";
            case RunQuoted e -> "RunQuoted";
            case RunRejected e -> "RunRejected";
            case RunFailed e -> "RunFailed";
            case RunSuperseded e -> "RunSuperseded";
            case AdapterPublished e -> "AdapterPublished";
            case RetrainRequested e -> "RetrainRequested";
        };
    }

    static TunedropEvent read(String wireName, JsonNode detail) {
        Class<? extends TunedropEvent> type = switch (wireName) {
            case "RunStarted" -> RunStarted.class;
            case "RunQuoted" -> RunQuoted.class;
            case "RunRejected" -> RunRejected.class;
            case "RunFailed" -> RunFailed.class;
            case "RunSuperseded" -> RunSuperseded.class;
            case "AdapterPublished" -> AdapterPublished.class;
            case "RetrainRequested" -> RetrainRequested.class;
            default -> throw new InvalidDocument("no event of ours is named " + wireName);
        };
        return Json.convert(detail, type, wireName);
    }

    /// A drop was taken up: its execution is running.
    record RunStarted(Instant at, String runId, String dataset, String bucket, String key) implements TunedropEvent {}

    /// A dry run ended with its quote.
    record RunQuoted(Instant at, String runId, String dataset, BigDecimal expectedCostUsd) implements TunedropEvent {}

    /// The data or the settings cannot be trained on; `reason` says why, `report` where the findings are.
    record RunRejected(Instant at, String runId, String dataset, String reason, String report)
            implements TunedropEvent {}

    /// The pipeline could not go on. `state` is the state of the workflow that failed.
    record RunFailed(Instant at, String runId, String dataset, String state, String reason) implements TunedropEvent {}

    /// A newer version of the same key was there first.
    record RunSuperseded(Instant at, String runId, String dataset, String newerRunId) implements TunedropEvent {}

    /// An adapter answers behind an endpoint.
    record AdapterPublished(
            Instant at, String runId, String dataset, String endpoint, String adapter, String adapterSha256)
            implements TunedropEvent {}

    /// Somebody or something wants a dataset trained again.
    record RetrainRequested(
            Instant at,
            String dataset,
            Cause cause,
            @Nullable String note) implements TunedropEvent {
        public enum Cause {
            SCHEDULE,
            DRIFT,
            BASE_RETIREMENT,
            PERSON
        }
    }
}

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

    /// Somebody or something wants a dataset trained again. Whoever puts it on the bus is answered by a run that says
    /// why it is there, or by a note in the log of the function that takes it.
    ///
    /// @param note why, in one sentence
    /// @param request what makes two requests one; absent: the id that the bus gives the event
    /// @param base what to train on instead of what `tune.json` says: a base's id, or a service's route such as
    ///     `openai/gpt-4.1-mini-2025-04-14`
    /// @param key the dropped file to train on; absent: the dataset's newest that was accepted
    /// @param version of `key`, and given with it: S3's version id, or `etag:` and the entity tag
    /// @param metric the figure that drifted
    /// @param value how far
    record RetrainRequested(
            Instant at,
            String dataset,
            Cause cause,
            @Nullable String note,
            @Nullable String request,
            @Nullable String base,
            @Nullable String key,
            @Nullable String version,
            @Nullable String metric,
            @Nullable Double value)
            implements TunedropEvent {

        public RetrainRequested {
            if (dataset.isBlank()) throw new IllegalArgumentException("dataset is blank");
        }

        /// Of the dataset's newest file, as `tune.json` says.
        public RetrainRequested(Instant at, String dataset, Cause cause, @Nullable String note, String request) {
            this(at, dataset, cause, note, request, null, null, null, null, null);
        }

        /// The same request on another base.
        public RetrainRequested on(@Nullable String other) {
            return new RetrainRequested(at, dataset, cause, note, request, other, key, version, metric, value);
        }

        /// The same request under the name that makes it one.
        public RetrainRequested named(String name) {
            return new RetrainRequested(at, dataset, cause, note, name, base, key, version, metric, value);
        }

        public enum Cause {
            SCHEDULE,
            DRIFT,
            BASE_RETIREMENT,
            PERSON
        }
    }
}

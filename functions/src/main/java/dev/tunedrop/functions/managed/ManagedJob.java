package dev.tunedrop.functions.managed;

import java.time.Duration;
import java.time.Instant;

import dev.tunedrop.events.artefact.Sha256;

/// A run's job at a service.
///
/// @param wallSeconds after which it is cancelled
record ManagedJob(
        String runId, String provider, String model, String route, String jobId, Instant orderedAt, long wallSeconds) {

    boolean late(Instant now) {
        return Duration.between(orderedAt, now).toSeconds() > wallSeconds;
    }

    /// Where the run of a job is looked up.
    static String pointer(String provider, String jobId) {
        return "managed/jobs/" + provider + "/" + sum(jobId) + ".json";
    }

    /// Where a delivery that was taken in is noted.
    static String delivery(String provider, String id) {
        return "managed/deliveries/" + provider + "/" + sum(id) + ".json";
    }

    private static String sum(String word) {
        return Sha256.of(word.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// @param taskToken answers the workflow's question
    record Wait(String taskToken) {
        @Override
        public String toString() {
            return "Wait[taskToken withheld]";
        }
    }

    record Pointer(String runId) {}

    record Delivered(Instant at) {}

    /// What answers the workflow's question.
    ///
    /// @param state how the job ended; `NEWS`: it may be looked at; `LATE`: the wall is reached
    /// @param reason one clause; empty when there is none
    record News(String state, String reason) {
        static final String NEWS = "NEWS";
        static final String LATE = "LATE";
    }
}

package dev.tunedrop.local.console;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// One state of the workflow as a run went through it.
///
/// @param tasks how many tasks it started: one per item of a Map or round of a loop, more after retries
/// @param exitedAt absent while it is in hand, and when it ended the execution in an error
/// @param error the error's name and cause, when it failed for good
public record WorkflowStep(
        String name,
        Status status,
        Instant enteredAt,
        @Nullable Instant exitedAt,
        int tasks,
        @Nullable String error) {

    public enum Status {
        RUNNING,
        DONE,
        FAILED
    }

    /// How long it took, up to `now` while it is in hand.
    public Duration took(Instant now) {
        return Duration.between(enteredAt, exitedAt == null ? now : exitedAt);
    }
}

package dev.tunedrop.local.console;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// One state of the workflow as a run went through it.
///
/// @param attempts how often its task was started; more than one after a retry; 0 for a state without a task
/// @param exitedAt absent while it is in hand, and when it ended the execution in an error
/// @param error the error's name and cause, when it failed for good
public record WorkflowStep(
        String name,
        Status status,
        Instant enteredAt,
        @Nullable Instant exitedAt,
        int attempts,
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

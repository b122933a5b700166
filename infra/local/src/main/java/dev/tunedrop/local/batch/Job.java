package dev.tunedrop.local.batch;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// A job as it stands; one file on disk.
///
/// @param process the attempt that runs, or ran when the cloud was last seen
public record Job(
        String id,
        JobRequest request,
        Status status,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant stopped,
        String statusReason,
        List<Attempt> attempts,
        @Nullable ChildId process) {

    /// Batch's words.
    public enum Status {
        SUBMITTED,
        PENDING,
        RUNNABLE,
        STARTING,
        RUNNING,
        SUCCEEDED,
        FAILED;

        public boolean terminal() {
            return this == SUCCEEDED || this == FAILED;
        }
    }

    /// An attempt that is over.
    public record Attempt(
            Instant started, Instant stopped, @Nullable Integer exitCode, String reason) {}

    /// A child process, told from a later one with the same number by when it started.
    public record ChildId(long pid, Instant started) {}

    public Job {
        attempts = List.copyOf(attempts);
    }

    public String arn() {
        return "arn:aws:batch:us-east-1:000000000000:job/" + id;
    }

    Job with(Status next, String reason) {
        return new Job(id, request, next, created, started, stopped, reason, attempts, process);
    }

    Job running(ChildId child) {
        Instant first = started == null ? child.started() : started;
        return new Job(id, request, Status.RUNNING, created, first, stopped, "", attempts, child);
    }

    Job attempted(Attempt attempt) {
        List<Attempt> all = new java.util.ArrayList<>(attempts);
        all.add(attempt);
        return new Job(id, request, Status.RUNNABLE, created, started, stopped, attempt.reason(), all, null);
    }

    Job ended(Status how, Instant at, String reason) {
        return new Job(id, request, how, created, started, at, reason, attempts, null);
    }
}

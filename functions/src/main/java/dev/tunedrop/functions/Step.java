package dev.tunedrop.functions;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.ChunkPlan;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.functions.cloud.RunRecord;

/// What the workflow gives each of its steps and gets back: run id and small scalars, never a document.
/// A step is safe to run twice: the second run leaves the same documents.
public final class Step {

    private Step() {}

    /// The input of a step that works for one run.
    public interface OfRun {
        String runId();
    }

    /// The execution's input. Canonical: the same for every delivery of every event about one version, so that
    /// StartExecution is idempotent.
    public record Drop(String runId, String bucket, String key, String version, long sizeBytes) implements OfRun {
        public static Drop of(DropRef drop) {
            return of(drop.runId(), drop);
        }

        /// A run over its drop.
        public static Drop of(RunRecord run) {
            return of(run.runId(), run.drop());
        }

        private static Drop of(String runId, DropRef drop) {
            return new Drop(runId, drop.bucket(), drop.key(), drop.version(), drop.sizeBytes());
        }

        public DropRef ref() {
            return new DropRef(bucket, key, version, sizeBytes);
        }
    }

    /// The input of every step that needs nothing else.
    public record Run(String runId) implements OfRun {}

    public record Planned(List<ChunkPlan.ByteRange> chunks) {
        public Planned {
            chunks = List.copyOf(chunks);
        }
    }

    public record Chunk(String runId, int index, long start, long end) implements OfRun {}

    /// @param tokenizedRows rows that became tokens in this step; 0 where their tokens were kept from before
    public record Prepared(int index, long rows, long findings, long tokenizedRows) {}

    /// @param reason one sentence; empty when accepted
    public record Assembled(String verdict, String reason, long rows) {}

    public record Quoted(int routes, int possible) {}

    /// @param excluded routes that their provider refused for good, and `spot` for every route on spot machines; absent
    /// the first time
    public record Choice(String runId, @Nullable List<Excluded> excluded) implements OfRun {}

    public record Excluded(String route, String reason) {}

    /// What follows the choice of a route.
    public enum Next {
        TRAIN,
        APPROVE,
        QUOTED,
        NO_ROUTE
    }

    /// @param attemptSeconds wall on one attempt of the training job
    /// @param usdPerHour what the job's machine costs by the quote, for the trainer's own wall; a decimal number
    /// @param route the route that is taken; empty when none is possible
    /// @param provider its first part: `local` and `batch` are our own trainer
    /// @param onDemand whether our trainer waits for a machine in the on-demand queue, and not in the one for spot
    public record Chosen(
            Next next,
            String reason,
            int attempts,
            long attemptSeconds,
            String usdPerHour,
            String route,
            String provider,
            boolean onDemand) {}

    /// @param wallSeconds after which the service's job is cancelled
    public record Order(String runId, long wallSeconds) implements OfRun {}

    public enum OrderStatus {
        ACCEPTED,
        REFUSED
    }

    /// @param reason why it was refused: a code, a colon, a sentence; empty when it was accepted
    /// @param pollSeconds how long the first wait for news is
    public record Ordered(OrderStatus status, String route, String reason, int pollSeconds) {}

    /// A question to a person, or to a service; `taskToken` answers it.
    public record Approval(String runId, String taskToken) implements OfRun {
        @Override
        public String toString() {
            return "Approval[runId=" + runId + ", taskToken=withheld]";
        }
    }

    public record Reserved(String amountUsd) {}

    public record Gate(boolean passed, String reason) {}

    public enum PublishStatus {
        WAITING,
        PUBLISHED
    }

    /// @param waitingFor one sentence; empty when published
    public record Published(PublishStatus status, String waitingFor) {}

    public record Settled(String actualUsd) {}

    /// @param outcome `PUBLISHED` or `QUOTED`
    public record Announcement(String runId, String outcome) implements OfRun {}

    public record Announced(String state) {}

    /// A step that failed, in the workflow's words.
    ///
    /// @param cause what the failed task answered: JSON with `errorMessage` from a function, else plain text
    public record Failed(
            String runId,
            String state,
            String error,
            @Nullable String cause) implements OfRun {}

    public record Recorded(String state, String reason) {}
}

package dev.tunedrop.local.finetuning;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// A job: what was ordered, which run does it, what its owner asked for since, and, once it is over, how it ended.
///
/// @param orderSha256 of the request's body, by which a second one under the same idempotency key is told apart
/// @param runId the run that does it; absent until its file is dropped
/// @param paused its owner wants it to wait
/// @param cancelled its owner wants it to end
/// @param notes what its owner did, in order
/// @param outcome absent while it goes on
/// @param announced whether whoever listens was told of the outcome
/// @param modelDeleted whether the model it made was taken away
record StoredJob(
        String id,
        Instant createdAt,
        JobOrder order,
        String orderSha256,
        @Nullable String runId,
        boolean paused,
        boolean cancelled,
        List<Note> notes,
        @Nullable Outcome outcome,
        boolean announced,
        boolean modelDeleted)
        implements Shelf.Kept {

    /// What was done to the job, in words.
    record Note(Instant at, String message) {}

    enum End {
        succeeded,
        failed,
        cancelled
    }

    /// @param param the field of the order at fault
    record Fault(String code, String message, @Nullable String param) {}

    /// @param model by which what was made is asked; absent unless it succeeded
    /// @param resultFile the figures of each step; absent when no step was made
    record Outcome(
            End end,
            Instant at,
            @Nullable String model,
            @Nullable Long trainedTokens,
            @Nullable Fault fault,
            @Nullable String resultFile) {}

    StoredJob {
        notes = List.copyOf(notes);
    }

    static StoredJob ordered(String id, JobOrder order, String orderSha256, Instant now) {
        return new StoredJob(
                id,
                now,
                order,
                orderSha256,
                null,
                false,
                false,
                List.of(
                        new Note(now, "Created fine-tuning job: " + id),
                        new Note(now, "Validating training file: " + order.trainingFile())),
                null,
                false,
                false);
    }

    StoredJob droppedAs(String run) {
        return new StoredJob(
                id, createdAt, order, orderSha256, run, paused, cancelled, notes, outcome, announced, modelDeleted);
    }

    StoredJob paused(boolean wanted, Note note) {
        return new StoredJob(
                id,
                createdAt,
                order,
                orderSha256,
                runId,
                wanted,
                cancelled,
                with(note),
                outcome,
                announced,
                modelDeleted);
    }

    StoredJob cancelled(Note note) {
        return new StoredJob(
                id, createdAt, order, orderSha256, runId, false, true, with(note), outcome, announced, modelDeleted);
    }

    StoredJob ended(Outcome how) {
        return new StoredJob(
                id, createdAt, order, orderSha256, runId, paused, cancelled, notes, how, announced, modelDeleted);
    }

    StoredJob told() {
        return new StoredJob(
                id, createdAt, order, orderSha256, runId, paused, cancelled, notes, outcome, true, modelDeleted);
    }

    StoredJob withoutModel() {
        return new StoredJob(
                id, createdAt, order, orderSha256, runId, paused, cancelled, notes, outcome, announced, true);
    }

    private List<Note> with(Note note) {
        List<Note> all = new ArrayList<>(notes);
        all.add(note);
        return all;
    }

    /// The name of what it makes, as OpenAI writes it.
    String modelName() {
        String suffix = order.suffix() == null ? "" : dev.tunedrop.functions.publish.Names.slug(order.suffix(), 64);
        return "ft:" + order.model() + ":tunedrop:" + suffix + ":" + id.substring(id.length() - 8);
    }

    /// Where what it makes answers. A job's endpoint is its own, as its dataset is: no other job's model is compared
    /// with it or takes its place.
    String endpoint() {
        return id;
    }
}

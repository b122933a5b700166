package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.trainer.run.Diverged;

/// A job's end without a result, with a stable code that the pipeline can go by.
final class JobFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What nobody foresaw: the log holds the whole of it.
    static final String FAULT = "trainer-fault";

    private static final String STATE = "TrainOnBatch";

    private final String reason;
    private final String remedy;

    JobFailure(String reason, String message, String remedy) {
        super(message);
        this.reason = reason;
        this.remedy = remedy;
    }

    /// The document for whatever ended the job.
    static Failure document(String runId, Throwable cause) {
        String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        return switch (cause) {
            case JobFailure f -> new Failure(runId, STATE, f.reason, message, f.remedy);
            case Diverged d ->
                new Failure(
                        runId, STATE, "diverged", message, "Lower learningRate in tune.json and drop the file again.");
            case UserMistake m ->
                new Failure(runId, STATE, "training-refused", message, "Put it right and drop the file again.");
            case InvalidDocument d ->
                new Failure(runId, STATE, "broken-input", message, "Replace the file named and drop the data again.");
            case OutOfMemoryError o ->
                new Failure(
                        runId,
                        STATE,
                        "out-of-memory",
                        "the machine's memory is used up: " + message,
                        "Lower batchSize or maxTokens in tune.json, or choose a larger machine.");
            case UncheckedIOException io -> new Failure(runId, STATE, "storage", message, remedyFor(io.getCause()));
            case IOException io -> new Failure(runId, STATE, "storage", message, remedyFor(io));
            default ->
                new Failure(
                        runId,
                        STATE,
                        FAULT,
                        "a fault of the trainer's: " + cause,
                        "Read the job's log, report it, then drop the file again.");
        };
    }

    private static String remedyFor(@Nullable IOException cause) {
        return cause instanceof BucketException
                ? "Look after the bucket and its permissions, then drop the file again."
                : "Make room on the job's disk, then drop the file again.";
    }
}

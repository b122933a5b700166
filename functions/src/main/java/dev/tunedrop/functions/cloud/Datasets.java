package dev.tunedrop.functions.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;

/// What is known of a dataset beyond its single runs: which run was begun last, which drop was accepted last, and what
/// became of each request to train again. Every write is one conditional write.
public interface Datasets {

    /// @param latestRun the run that was begun last, whether it has ended or not
    /// @param acceptedRun the run of the newest drop whose rows were accepted
    /// @param waiting a request that waits for the latest run's end
    record Dataset(
            String name,
            @Nullable String latestRun,
            @Nullable String acceptedRun,
            @Nullable RetrainRequested waiting) {}

    /// What became of a request.
    enum Outcome {
        /// A run was started for it.
        STARTED,
        /// A run that was under way does what it asks for.
        JOINED,
        /// It comes once the run that is under way has ended.
        WAITING,
        /// Nothing is started, and `note` says why.
        REFUSED
    }

    /// @param runId the run that was started, joined or is waited for
    /// @param note one sentence
    record Answer(
            String request,
            Outcome outcome,
            String dataset,
            @Nullable String runId,
            String note,
            Instant at) {}

    Optional<Dataset> find(String dataset);

    /// By name.
    List<Dataset> all();

    /// Notes that a new file's run was begun.
    void begun(RunRecord run);

    /// Notes that a drop's rows are good, unless the accepted drop's run was begun later.
    void accepted(RunRecord run);

    /// Makes a run the dataset's latest if that still is `expectedRun` (null: none); answers whether it does now.
    boolean claim(String dataset, @Nullable String expectedRun, String runId);

    /// Keeps a request for later, instead of the one that was kept before; null: none.
    void await(String dataset, @Nullable RetrainRequested request);

    Optional<Answer> answer(String request);

    /// Keeps what became of a request; one that waited may be answered again.
    void answered(Answer answer);
}

package dev.tunedrop.functions.cloud;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.RunState;

/// What has been started and how it ended. Every write is conditional, so that of two racing writers one wins and the
/// other is told.
public interface Ledger {

    /// What is known of datasets.
    Datasets datasets();

    /// Writes the row unless there is one for this run; answers whether this call wrote it.
    boolean begin(RunRecord run);

    Optional<RunRecord> find(String runId);

    /// Notes that the run's execution exists.
    void executionStarted(String runId);

    /// Makes `run` the newest drop of its key unless a newer one is known; answers the newest one's run id.
    String noteNewest(RunRecord run);

    /// The run of the newest drop of a key that is known.
    Optional<String> newestOf(String bucket, String key);

    /// Notes that the run waits for a person, and how to answer; no-op once the run has ended.
    void awaitApproval(String runId, String taskToken);

    /// Notes that the run goes on; no-op once the run has ended.
    void resume(String runId);

    /// Ends the run. Answers false, and changes nothing, when it has ended already.
    boolean end(String runId, RunState terminal, @Nullable String reason, Instant at);

    /// Newest first.
    List<RunRecord> newest(int limit);

    /// What an endpoint's alias points to.
    Optional<Alias> alias(String endpoint);

    /// What every endpoint's alias points to, the last moved first.
    List<Alias> aliases();

    /// Points the alias at `next` if it still points at `expectedRun` (null: at nothing); answers whether it does now.
    boolean moveAlias(String endpoint, @Nullable String expectedRun, Alias next);

    /// Keeps what a settled run took, for later quotes of its kind; a second call for the run changes nothing more.
    void noteActual(Actual actual);

    /// What settled runs of a kind took, the newest fifty.
    List<Actual> actuals(String kind);

    /// What a run took against what was said before it.
    ///
    /// @param kind route, size of the base and method
    /// @param estimatedSeconds by arithmetic alone
    /// @param quotedSeconds the estimate, as earlier runs had corrected it
    record Actual(
            String kind,
            String runId,
            Instant at,
            double estimatedSeconds,
            double quotedSeconds,
            double actualSeconds,
            BigDecimal estimatedUsd,
            BigDecimal actualUsd) {
        public static final int REMEMBERED = 50;
    }

    /// @param runId the run whose adapter is live
    /// @param component the inference component that answers
    /// @param previousRun what was live before, kept for a rollback of one write
    record Alias(
            String endpoint,
            String runId,
            String component,
            String base,
            String adapterUri,
            String adapterSha256,
            @Nullable String previousRun,
            @Nullable String previousComponent,
            Instant at) {}
}

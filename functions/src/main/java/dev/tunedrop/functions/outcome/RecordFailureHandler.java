package dev.tunedrop.functions.outcome;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.TunedropEvent.RunFailed;
import dev.tunedrop.events.TunedropEvent.RunRejected;
import dev.tunedrop.events.TunedropEvent.RunSuperseded;
import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.budget.DayFigures;
import dev.tunedrop.functions.budget.Spending;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.provider.ObjectAttempts;

/// Ends a run that failed: failure.json, the budget, the ledger's terminal state, the event. The training job's own
/// failure.json, which knows more, is kept.
public final class RecordFailureHandler extends JsonHandler<Step.Failed, Step.Recorded> {

    private static final String TRAINING = "TrainOnBatch";

    private final Cloud cloud;
    private final Clock clock;

    public RecordFailureHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public RecordFailureHandler(Cloud cloud, Clock clock) {
        super(Step.Failed.class);
        this.cloud = cloud;
        this.clock = clock;
    }

    @Override
    public Step.Recorded handle(Step.Failed input) {
        RunFiles files = new RunFiles(input.runId());
        Verdict verdict = verdict(input, files);
        release(input, files);
        boolean ended = cloud.ledger().end(input.runId(), verdict.state(), verdict.line(), clock.instant());
        Optional<RunRecord> run = cloud.ledger().find(input.runId());
        if (!ended && run.isPresent() && run.get().state() != verdict.state())
            return new Step.Recorded(
                    run.get().state().name(), String.valueOf(run.get().reason()));
        if (verdict.state() == RunState.REJECTED)
            cloud.metrics().put(Map.of("runId", input.runId(), "reason", verdict.reason()), Map.of(Metric.REFUSED, 1));
        cloud.bus()
                .publish(
                        event(input, files, verdict, run.map(RunRecord::dataset).orElse("unknown")));
        return new Step.Recorded(verdict.state().name(), verdict.line());
    }

    private Verdict verdict(Step.Failed input, RunFiles files) {
        Verdict verdict = Verdict.of(input);
        Optional<Failure> job = input.state().equals(TRAINING)
                ? cloud.artefacts().findJson(files.failure(), Failure.class)
                : Optional.empty();
        if (job.isPresent() && job.get().state().equals(TRAINING))
            return new Verdict(
                    RunState.FAILED,
                    job.get().reason(),
                    job.get().message() + " " + job.get().remedy());
        cloud.artefacts()
                .putJson(
                        files.failure(),
                        new Failure(
                                input.runId(), input.state(), verdict.reason(), verdict.message(), remedy(verdict)));
        return verdict;
    }

    private static String remedy(Verdict verdict) {
        return switch (verdict.state()) {
            case REJECTED -> "Put it right and drop the file again.";
            case SUPERSEDED -> "Nothing to do: the newer version's run goes on.";
            case RUNNING, AWAITING_APPROVAL, PUBLISHED, QUOTED, FAILED ->
                "Look at the run's log, then drop the file again.";
        };
    }

    /// A job that left a result cost what it ran; one that left none may have cost all that was reserved; before a job
    /// was submitted nothing was spent.
    private void release(Step.Failed input, RunFiles files) {
        BigDecimal reserved = cloud.budget().reserved(input.runId());
        if (reserved.signum() == 0) return;
        cloud.budget()
                .settle(
                        input.runId(),
                        Spending.of(cloud.artefacts(), files)
                                .map(Spending::usd)
                                .orElse(submitted(input, files) ? reserved : BigDecimal.ZERO));
        DayFigures.report(cloud, clock.instant(), input.runId(), Map.of());
    }

    /// A service that was never asked for a job, or has refused it, charges nothing.
    private boolean submitted(Step.Failed input, RunFiles files) {
        if (input.state().equals("ReserveBudget")) return false;
        if (!input.state().equals("SubmitToProvider")) return true;
        return cloud.artefacts().head(files.managedJob()).isPresent()
                || new ObjectAttempts(cloud.artefacts()).outstanding(input.runId());
    }

    private TunedropEvent event(Step.Failed input, RunFiles files, Verdict verdict, String dataset) {
        Instant now = clock.instant();
        return switch (verdict.state()) {
            case REJECTED ->
                new RunRejected(
                        now,
                        input.runId(),
                        dataset,
                        verdict.line(),
                        cloud.artefacts().address(files.report()));
            case SUPERSEDED -> new RunSuperseded(now, input.runId(), dataset, verdict.message());
            case RUNNING, AWAITING_APPROVAL, PUBLISHED, QUOTED, FAILED ->
                new RunFailed(now, input.runId(), dataset, input.state(), verdict.line());
        };
    }
}

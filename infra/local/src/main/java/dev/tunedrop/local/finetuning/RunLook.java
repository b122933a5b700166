package dev.tunedrop.local.finetuning;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.local.console.RunView;
import dev.tunedrop.local.console.RunViews;
import dev.tunedrop.local.console.WorkflowStep;

/// A job's run as it stands; absent while there is none.
record RunLook(@Nullable RunView run, List<StepMetrics> steps) {

    static final String TRAINING = "TrainOnBatch";

    /// Nothing to see, or nobody asks.
    static final RunLook NONE = new RunLook(null, List.of());

    RunLook {
        steps = List.copyOf(steps);
    }

    static RunLook of(StoredJob job, RunViews views) {
        RunView run = job.runId() == null ? null : views.run(job.runId()).orElse(null);
        return new RunLook(
                run, run == null ? List.of() : views.metrics(run.summary().runId(), 0));
    }

    /// When the workflow came to a state.
    Optional<Instant> entered(String state) {
        return step(state).map(WorkflowStep::enteredAt);
    }

    Optional<Instant> left(String state) {
        return step(state).map(WorkflowStep::exitedAt);
    }

    private Optional<WorkflowStep> step(String state) {
        return run == null
                ? Optional.empty()
                : run.steps().stream().filter(step -> step.name().equals(state)).findFirst();
    }
}

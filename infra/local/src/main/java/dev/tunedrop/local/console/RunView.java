package dev.tunedrop.local.console;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.Failure;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.ManagedProgress;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.TrainingResult;

/// Everything of one run: its line in the ledger, the states its workflow went through, and its documents, each absent
/// until it is written.
///
/// @param steps in the order in which they were entered
public record RunView(
        RunSummary summary,
        List<WorkflowStep> steps,
        @Nullable RunSettings settings,
        @Nullable DatasetReport report,
        @Nullable Quote quote,
        @Nullable Decision decision,
        @Nullable ManagedProgress managed,
        @Nullable TrainingResult training,
        @Nullable HeldOutLosses heldOut,
        @Nullable Evaluation evaluation,
        @Nullable Publication publication,
        @Nullable Settlement settlement,
        @Nullable Failure failure) {

    public RunView {
        steps = List.copyOf(steps);
    }
}

package dev.tunedrop.functions.intake;

import java.time.Clock;
import java.util.Optional;

import dev.tunedrop.events.TunedropEvent.RunStarted;
import dev.tunedrop.events.TunedropEvent.RunSuperseded;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.LogContext;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;

/// Starts one execution for each version of each key, however often and in whatever order it is told of: the ledger's
/// row first, then StartExecution under the run's name, then a note that it was started. A crash between any two is
/// made good by whoever tells of the drop next.
public final class Intake {

    private final Cloud cloud;
    private final Clock clock;

    public Intake(Cloud cloud, Clock clock) {
        this.cloud = cloud;
        this.clock = clock;
    }

    /// @return whether this call started the execution
    public boolean take(Dropped dropped) {
        DropRef drop = dropped.drop();
        try (LogContext _ = LogContext.ofRun(drop.runId())) {
            return take(dropped, drop);
        }
    }

    private boolean take(Dropped dropped, DropRef drop) {
        RunRecord fresh = RunRecord.begun(drop, dropped.sequencer(), clock.instant());
        RunRecord run = cloud.ledger().begin(fresh)
                ? fresh
                : cloud.ledger().find(drop.runId()).orElse(fresh);
        if (run.executionStarted() || run.state().terminal()) return false;
        String newest = cloud.ledger().noteNewest(run);
        if (!newest.equals(run.runId())) {
            supersede(run, newest);
            return false;
        }
        cloud.executions().start(run.runId(), Json.writeLine(Step.Drop.of(run.drop())));
        cloud.ledger().executionStarted(run.runId());
        cloud.bus().publish(new RunStarted(clock.instant(), run.runId(), run.dataset(), drop.bucket(), drop.key()));
        return true;
    }

    private void supersede(RunRecord run, String newest) {
        Optional<RunRecord> newer = cloud.ledger().find(newest);
        String reason = "superseded: a newer version of the key was there first"
                + newer.map(n -> " (run " + n.runId() + ")").orElse("");
        if (cloud.ledger().end(run.runId(), RunState.SUPERSEDED, reason, clock.instant()))
            cloud.bus().publish(new RunSuperseded(clock.instant(), run.runId(), run.dataset(), newest));
    }
}

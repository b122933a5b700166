package dev.tunedrop.functions.intake;

import java.time.Clock;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.TunedropEvent.RunStarted;
import dev.tunedrop.events.TunedropEvent.RunSuperseded;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.LogContext;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;

/// Starts one execution for each version of each key, however often and in whatever order it is told of: the ledger's
/// row first, then StartExecution under the run's name, then a note that it was started. A crash between any two is
/// made good by whoever tells of the drop next.
public final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Cloud cloud;
    private final Clock clock;

    public Intake(Cloud cloud, Clock clock) {
        this.cloud = cloud;
        this.clock = clock;
    }

    /// @return whether this call started the execution
    public boolean take(Dropped dropped) {
        return begin(RunRecord.begun(dropped.drop(), dropped.sequencer(), clock.instant()));
    }

    /// Starts a run that is to be begun now, or goes on with what an earlier call left half done.
    ///
    /// @return whether this call started the execution
    boolean begin(RunRecord fresh) {
        try (LogContext _ = LogContext.ofRun(fresh.runId())) {
            return beginNamed(fresh);
        } catch (RuntimeException e) {
            // whoever takes the message only knows the message
            try (LogContext _ = LogContext.ofRun(fresh.runId())) {
                LOG.warn("the run could not be started: {}", e.getMessage());
            }
            throw e;
        }
    }

    private boolean beginNamed(RunRecord fresh) {
        RunRecord run = cloud.ledger().begin(fresh)
                ? fresh
                : cloud.ledger().find(fresh.runId()).orElse(fresh);
        if (run.executionStarted() || run.state().terminal()) return false;
        String newest = cloud.ledger().noteNewest(run);
        if (!newest.equals(run.runId())) {
            supersede(run, newest);
            return false;
        }
        // a run that was asked for has made itself the latest before, on the condition that no other was under way
        if (run.retrain() == null && !run.drop().dryRun())
            cloud.ledger().datasets().begun(run);
        cloud.executions().start(run.runId(), Json.writeLine(Step.Drop.of(run)));
        cloud.ledger().executionStarted(run.runId());
        cloud.bus()
                .publish(new RunStarted(
                        clock.instant(),
                        run.runId(),
                        run.dataset(),
                        run.drop().bucket(),
                        run.drop().key()));
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

package dev.tunedrop.functions.intake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.TunedropEvent.RunStarted;
import dev.tunedrop.events.TunedropEvent.RunSuperseded;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.LogContext;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;

/// Takes batches of events from the queue and starts one execution for each version of each key, however often and in
/// whatever order events come: the ledger's row first, then StartExecution under the run's name, then a note that it
/// was started. A crash between any two is made good by the next delivery.
public final class IntakeHandler extends JsonHandler<IntakeHandler.Batch, IntakeHandler.Failures> {

    private static final Logger LOG = LoggerFactory.getLogger(IntakeHandler.class);

    private final Cloud cloud;
    private final Clock clock;

    public IntakeHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public IntakeHandler(Cloud cloud, Clock clock) {
        super(Batch.class);
        this.cloud = cloud;
        this.clock = clock;
    }

    /// SQS's batch, as far as it is read.
    public record Batch(@JsonProperty("Records") List<Message> messages) {
        public record Message(String messageId, String body) {}
    }

    /// The messages to deliver again, in their order.
    public record Failures(List<Item> batchItemFailures) {
        public record Item(String itemIdentifier) {}
    }

    @Override
    public Failures handle(Batch batch) {
        List<Failures.Item> failed = new ArrayList<>();
        for (Batch.Message message : batch.messages())
            if (!taken(message)) failed.add(new Failures.Item(message.messageId()));
        return new Failures(failed);
    }

    private boolean taken(Batch.Message message) {
        String runId = "";
        try {
            Optional<Dropped> dropped = Dropped.read(message.body());
            runId = dropped.map(one -> one.drop().runId()).orElse("");
            dropped.ifPresent(this::take);
            return true;
        } catch (RuntimeException e) {
            try (LogContext _ = LogContext.ofRun(runId)) {
                LOG.warn("message {} is left for another delivery", message.messageId(), e);
            }
            return false;
        }
    }

    private void take(Dropped dropped) {
        DropRef drop = dropped.drop();
        RunRecord fresh = RunRecord.begun(drop, dropped.sequencer(), clock.instant());
        RunRecord run = cloud.ledger().begin(fresh)
                ? fresh
                : cloud.ledger().find(drop.runId()).orElse(fresh);
        if (run.executionStarted() || run.state().terminal()) return;
        String newest = cloud.ledger().noteNewest(run);
        if (!newest.equals(run.runId())) {
            supersede(run, newest);
            return;
        }
        cloud.executions().start(run.runId(), Json.writeLine(Step.Drop.of(run.drop())));
        cloud.ledger().executionStarted(run.runId());
        cloud.bus().publish(new RunStarted(clock.instant(), run.runId(), run.dataset(), drop.bucket(), drop.key()));
    }

    private void supersede(RunRecord run, String newest) {
        Optional<RunRecord> newer = cloud.ledger().find(newest);
        String reason = "superseded: a newer version of the key was there first"
                + newer.map(n -> " (run " + n.runId() + ")").orElse("");
        if (cloud.ledger().end(run.runId(), RunState.SUPERSEDED, reason, clock.instant()))
            cloud.bus().publish(new RunSuperseded(clock.instant(), run.runId(), run.dataset(), newest));
    }
}

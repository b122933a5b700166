package dev.tunedrop.functions.intake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.LogContext;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Takes batches of events from the queue and gives each to [Intake]. What fails is named, and delivered again.
public final class IntakeHandler extends JsonHandler<IntakeHandler.Batch, IntakeHandler.Failures> {

    private static final Logger LOG = LoggerFactory.getLogger(IntakeHandler.class);

    private final Intake intake;

    public IntakeHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public IntakeHandler(Cloud cloud, Clock clock) {
        super(Batch.class);
        this.intake = new Intake(cloud, clock);
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
            dropped.ifPresent(intake::take);
            return true;
        } catch (RuntimeException e) {
            try (LogContext _ = LogContext.ofRun(runId)) {
                LOG.warn("message {} is left for another delivery", message.messageId(), e);
            }
            return false;
        }
    }
}

package dev.tunedrop.functions.intake;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.functions.JsonHandler;

/// Takes batches of events from a queue, one by one. What fails is named, and delivered again.
public abstract class QueueHandler extends JsonHandler<QueueHandler.Batch, QueueHandler.Failures> {

    private static final Logger LOG = LoggerFactory.getLogger(QueueHandler.class);

    protected QueueHandler() {
        super(Batch.class);
    }

    /// SQS's batch, as far as it is read.
    public record Batch(@JsonProperty("Records") List<Message> messages) {
        public record Message(String messageId, String body) {}
    }

    /// The messages to deliver again, in their order.
    public record Failures(List<Item> batchItemFailures) {
        public record Item(String itemIdentifier) {}
    }

    /// One event in EventBridge's envelope. What is thrown brings it again.
    abstract void take(String body);

    @Override
    public final Failures handle(Batch batch) {
        List<Failures.Item> failed = new ArrayList<>();
        for (Batch.Message message : batch.messages())
            if (!taken(message)) failed.add(new Failures.Item(message.messageId()));
        return new Failures(failed);
    }

    private boolean taken(Batch.Message message) {
        try {
            take(message.body());
            return true;
        } catch (RuntimeException e) {
            LOG.warn("message {} is left for another delivery", message.messageId(), e);
            return false;
        }
    }
}

package dev.tunedrop.local.lambda;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.queue.LocalQueue;
import dev.tunedrop.local.queue.Message;

/// Lambda's event source mapping for a queue: hands batches to a function, several at once while more wait, and deletes
/// what it took, all but the `batchItemFailures` that it names. A function that throws gets the whole batch again.
public final class QueuePoller implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueuePoller.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);

    private final LocalQueue queue;
    private final FunctionHost host;
    private final FunctionSpec function;
    private final int batchSize;
    private final Semaphore free;
    private final ExecutorService threads;

    /// @param atOnce the most batches in the function's hands at one time
    public QueuePoller(LocalQueue queue, FunctionHost host, FunctionSpec function, int batchSize, int atOnce) {
        this.queue = queue;
        this.host = host;
        this.function = function;
        this.batchSize = batchSize;
        this.free = new Semaphore(atOnce);
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("poller of " + queue.name() + " ", 0).factory());
    }

    public void start() {
        threads.execute(this::poll);
    }

    /// A batch is taken off the queue only when somebody is free for it, so that its visibility timeout runs while it
    /// is worked on and not while it waits.
    private void poll() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                free.acquire();
                List<Message> batch = queue.receive(batchSize);
                if (batch.isEmpty()) {
                    free.release();
                    queue.awaitArrival(LOOK_AGAIN);
                } else threads.execute(() -> take(batch));
            }
        } catch (InterruptedException | RejectedExecutionException closing) {
            LOG.debug("the poller of {} ends", queue.name());
        }
    }

    private void take(List<Message> batch) {
        try {
            deliver(batch);
        } catch (InterruptedException closing) {
            LOG.debug("a batch of {} is left for another delivery", queue.name());
        } finally {
            free.release();
        }
    }

    private void deliver(List<Message> batch) throws InterruptedException {
        try {
            byte[] answer = host.invoke(function, Json.bytes(event(queue, batch)));
            Set<String> failed = failures(answer);
            for (Message message : batch) {
                if (failed.contains(message.id())) queue.release(message, RETRY_PAUSE);
                else queue.delete(message);
            }
        } catch (FunctionError e) {
            LOG.warn("{} failed on {} messages, which come again: {}", function.name(), batch.size(), e.getMessage());
            for (Message message : batch) queue.release(message, RETRY_PAUSE);
        }
    }

    private static Set<String> failures(byte[] answer) {
        Set<String> ids = new HashSet<>();
        if (answer.length == 0) return ids;
        JsonNode failures = Json.tree(answer, "the function's answer").path("batchItemFailures");
        for (JsonNode failure : failures) ids.add(failure.path("itemIdentifier").asText());
        return ids;
    }

    /// The event in the shape Lambda gives it.
    static ObjectNode event(LocalQueue queue, List<Message> batch) {
        ObjectNode event = Json.mapper().createObjectNode();
        ArrayNode records = event.putArray("Records");
        for (Message message : batch) {
            ObjectNode item = records.addObject();
            item.put("messageId", message.id())
                    .put("receiptHandle", message.receipt())
                    .put("body", message.body());
            String sent = Long.toString(message.sent().toEpochMilli());
            item.putObject("attributes")
                    .put("ApproximateReceiveCount", Integer.toString(message.receiveCount()))
                    .put("SentTimestamp", sent)
                    .put("SenderId", "local")
                    .put("ApproximateFirstReceiveTimestamp", sent);
            item.putObject("messageAttributes");
            item.put("md5OfBody", md5(message.body()));
            item.put("eventSource", "aws:sqs")
                    .put("eventSourceARN", queue.arn())
                    .put("awsRegion", "us-east-1");
        }
        return event;
    }

    private static String md5(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return "%032x".formatted(new BigInteger(1, sum));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

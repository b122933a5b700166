package dev.tunedrop.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.queue.LocalQueue;

class QueuePollerTest {

    private static final FunctionSpec TAKE = new FunctionSpec("Take", "none", Duration.ofSeconds(30), 128);

    @TempDir
    private Path folder;

    /// What the function saw, and how many calls were under way at once.
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private FunctionHost host(CountDownLatch together) {
        return new FunctionHost(Map.of("Take", TAKE), 64, function -> new Sandbox() {
            @Override
            public byte[] invoke(byte[] payload) throws InterruptedException {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                together.countDown();
                together.await(20, TimeUnit.SECONDS);
                for (JsonNode message : Json.tree(payload, "the batch").path("Records"))
                    seen.add(message.path("body").asText());
                underWay.decrementAndGet();
                return "{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public boolean usable() {
                return true;
            }

            @Override
            public void close() {}
        });
    }

    private LocalQueue queue() {
        return new LocalQueue("q", folder.resolve("q"), Duration.ofMinutes(5), 5, null, Clock.systemUTC());
    }

    private void drain(LocalQueue queue, FunctionHost host, int batchSize, int atOnce) throws InterruptedException {
        try (QueuePoller poller = new QueuePoller(queue, host, TAKE, batchSize, atOnce)) {
            poller.start();
            while (queue.size() > 0) Thread.sleep(5);
        }
    }

    @Test
    void asManyBatchesGoOnAtOnceAsTheQueueMayHaveAndEachMessageIsTakenOnce() throws InterruptedException {
        LocalQueue queue = queue();
        for (int i = 0; i < 40; i++) queue.send("m" + i);
        try (FunctionHost host = host(new CountDownLatch(4))) {
            drain(queue, host, 5, 4);
        }
        assertThat(most).hasValue(4);
        assertThat(seen).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void whereOneBatchMayGoOnTheNextWaitsForIt() throws InterruptedException {
        LocalQueue queue = queue();
        for (int i = 0; i < 12; i++) queue.send("m" + i);
        try (FunctionHost host = host(new CountDownLatch(1))) {
            drain(queue, host, 3, 1);
        }
        assertThat(most).hasValue(1);
        assertThat(seen).hasSize(12).doesNotHaveDuplicates();
    }
}

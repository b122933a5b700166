package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.trainer.run.StopSignals;

/// Sends the metrics file to the bucket every two seconds while it grows, so that a run can be watched. A failed
/// sending is logged and made good by the next one; only the last one counts, and it may fail the job.
final class LiveMetrics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveMetrics.class);
    private static final long PERIOD_SECONDS = 2;

    private final ObjectFolder bucket;
    private final Path file;
    private final String key;
    private final StopSignals stop;
    private final AtomicLong sentBytes = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread sender;

    /// @param stop is asked to end the run when another attempt has taken it over
    LiveMetrics(ObjectFolder bucket, Path file, String key, StopSignals stop) {
        this.bucket = bucket;
        this.file = file;
        this.key = key;
        this.stop = stop;
        this.sender = Thread.ofPlatform().daemon().name("live-metrics").start(this::sendUntilClosed);
    }

    /// Stops the timer and sends what is there.
    void finish() throws IOException {
        close();
        send();
    }

    private void sendUntilClosed() {
        try {
            while (!closed.await(PERIOD_SECONDS, TimeUnit.SECONDS)) sendOrLog();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendOrLog() {
        try {
            send();
        } catch (Superseded e) {
            stop.request();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the metrics could not be sent: {}", e.getMessage());
        }
    }

    /// Sends what is there now.
    synchronized void send() throws IOException {
        if (!Files.exists(file)) return;
        byte[] content = Files.readAllBytes(file);
        if (content.length == 0 || content.length == sentBytes.get()) return;
        bucket.write(key, content);
        sentBytes.set(content.length);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

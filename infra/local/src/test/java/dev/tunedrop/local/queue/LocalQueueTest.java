package dev.tunedrop.local.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalQueueTest {

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private LocalQueue queue(String name, @Nullable LocalQueue deadLetters) {
        return new LocalQueue(name, folder.resolve(name), Duration.ofSeconds(30), 2, deadLetters, clock);
    }

    @Test
    void aMessageHandedOutIsHiddenUntilItsVisibilityTimeoutIsOver() {
        LocalQueue queue = queue("q", null);
        queue.send("a");
        assertThat(queue.receive(10)).hasSize(1);
        assertThat(queue.receive(10)).isEmpty();
        clock.now = clock.now.plusSeconds(30);
        assertThat(queue.receive(10))
                .singleElement()
                .satisfies(m -> assertThat(m.receiveCount()).isEqualTo(2));
    }

    @Test
    void anOldReceiptDeletesNothing() {
        LocalQueue queue = queue("q", null);
        queue.send("a");
        Message first = queue.receive(1).getFirst();
        clock.now = clock.now.plusSeconds(30);
        Message second = queue.receive(1).getFirst();
        queue.delete(first);
        assertThat(queue.size()).isEqualTo(1);
        queue.delete(second);
        assertThat(queue.size()).isZero();
    }

    @Test
    void aMessageThatFailsTooOftenMovesToTheDeadLetterQueue() {
        LocalQueue dead = queue("dead", null);
        LocalQueue queue = queue("q", dead);
        queue.send("poison");
        for (int i = 0; i < 2; i++) {
            queue.release(queue.receive(1).getFirst(), Duration.ZERO);
        }
        assertThat(queue.receive(1)).isEmpty();
        assertThat(dead.receive(1))
                .singleElement()
                .satisfies(m -> assertThat(m.body()).isEqualTo("poison"));
    }

    @Test
    void aQueueOpenedAgainHasEveryMessageAndItsCount() {
        LocalQueue before = queue("q", null);
        before.send("a");
        before.send("b");
        before.delete(before.receive(1).getFirst());
        Message handedOut = before.receive(1).getFirst();
        LocalQueue after = queue("q", null);
        assertThat(after.receive(10))
                .singleElement()
                .satisfies(m -> assertThat(m.receiveCount()).isEqualTo(handedOut.receiveCount() + 1));
    }
}

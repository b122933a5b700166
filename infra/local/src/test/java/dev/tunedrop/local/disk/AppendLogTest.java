package dev.tunedrop.local.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendLogTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void aWrittenLineReachesTheDiskWithTheNextAppendedOne() {
        AtomicInteger forced = new AtomicInteger();
        Path file = folder.resolve("log");
        try (AppendLog log = AppendLog.open(file, descriptor -> forced.incrementAndGet())) {
            for (int i = 0; i < 100; i++) log.write("line " + i);
            assertThat(forced).hasValue(0);
            log.append("the last");
            assertThat(forced).hasValue(1);
        }
        assertThat(AppendLog.read(file)).hasSize(101).endsWith("the last");
    }

    @Test
    void aFileThatTheDiskHadNoTimeToFillEndsBeforeTheHole() throws Exception {
        Path file = folder.resolve("log");
        try (AppendLog log = AppendLog.open(file)) {
            log.append("one");
            log.append("two");
        }
        byte[] hole = "thr\0\0\nfour\n".getBytes(StandardCharsets.UTF_8);
        Files.write(file, hole, StandardOpenOption.APPEND);
        assertThat(AppendLog.read(file)).containsExactly("one", "two");
        try (AppendLog log = AppendLog.open(file)) {
            assertThat(log.recovered()).containsExactly("one", "two");
            log.append("three");
        }
        assertThat(Files.readString(file)).isEqualTo("one\ntwo\nthree\n");
    }
}

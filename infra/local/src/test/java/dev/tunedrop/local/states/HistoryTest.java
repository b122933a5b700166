package dev.tunedrop.local.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.AppendLog;

class HistoryTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final AtomicInteger forced = new AtomicInteger();

    private History history() {
        return new History(
                AppendLog.open(folder.resolve("journal"), descriptor -> forced.incrementAndGet()), new ManualTime());
    }

    private static void record(History history, Mark.Kind kind, String path) {
        history.record(
                history.cursor(),
                new Mark(kind, path, Json.mapper().createObjectNode()),
                Drafts.plain("PassStateEntered"));
    }

    /// A loop of states that call nobody would wait for the disk at each of its thousands of events.
    @Test
    void statesThatCallNobodyWaitForNoDisk() {
        try (History history = history()) {
            for (int i = 0; i < 1_000; i++) {
                record(history, Mark.Kind.ENTERED, "r." + i);
                record(history, Mark.Kind.LEFT, "r." + i);
            }
            assertThat(forced).hasValue(0);
            record(history, Mark.Kind.ATTEMPT, "r.1000");
            assertThat(forced).as("with all that led to it").hasValue(1);
        }
        try (History again = history()) {
            assertThat(again.events()).hasSize(2_001);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mark.Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ENTERED", "LEFT"})
    void whatSomethingOutsideDependsOnIsOnTheDiskBeforeAnythingElseHappens(Mark.Kind kind) {
        try (History history = history()) {
            record(history, kind, kind == Mark.Kind.END ? "" : "r.0");
            assertThat(forced).hasValue(1);
        }
    }
}

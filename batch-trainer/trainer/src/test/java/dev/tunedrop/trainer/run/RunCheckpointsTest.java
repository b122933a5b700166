package dev.tunedrop.trainer.run;

import static dev.tunedrop.trainer.run.QuadraticRuns.IDENTITY;
import static dev.tunedrop.trainer.run.QuadraticRuns.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.trainer.checkpoint.MachineStamp;
import dev.tunedrop.trainer.checkpoint.RunIdentity;
import dev.tunedrop.trainer.checkpoint.SaveRhythm;
import dev.tunedrop.trainer.run.QuadraticRuns.Session;

/// What a run saves, and what it goes on from.
class RunCheckpointsTest {

    @TempDir
    Path folder;

    private QuadraticRuns runs;

    @BeforeEach
    void open() throws IOException {
        runs = new QuadraticRuns(folder);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void aRunStoppedAfterAnyStepAndResumedEndsWithTheSameWeights() {
        List<StepMetrics> whole = new ArrayList<>();
        float[] expected;
        try (Session session = runs.session("whole", IDENTITY, whole, new StopSignals())) {
            session.run();
            expected = session.weights();
        }
        for (int stopAfter = 1; stopAfter < STEPS; stopAfter++) {
            List<StepMetrics> seen = new ArrayList<>();
            StopSignals stop = new StopSignals();
            int last = stopAfter;
            try (Session session = runs.session("cut-" + stopAfter, IDENTITY, seen, stop, metrics -> {
                if (metrics.step() == last) stop.request();
            })) {
                assertThat(session.run()).isEqualTo(Ending.INTERRUPTED);
            }
            try (Session session = runs.session("cut-" + stopAfter, IDENTITY, seen, new StopSignals())) {
                assertThat(session.run.resume()).isEqualTo(stopAfter);
                session.run();
                assertThat(session.weights()).isEqualTo(expected);
                assertThat(session.run.totals().resumes()).isEqualTo(1);
                assertThat(session.run.totals().exact()).isTrue();
            }
            assertThat(seen.stream().map(StepMetrics::loss))
                    .isEqualTo(whole.stream().map(StepMetrics::loss).toList());
        }
    }

    @Test
    void whenCheckpointsAreSavedDoesNotChangeTheWeights() {
        List<float[]> ends = new ArrayList<>();
        for (Integer steps : new Integer[] {null, 1, 5, 1000}) {
            runs.rhythm(SaveRhythm.of(steps));
            try (Session session = runs.session("every" + steps, IDENTITY, new ArrayList<>(), new StopSignals())) {
                session.run();
                ends.add(session.weights());
            }
        }
        assertThat(ends).hasSize(4).allSatisfy(weights -> assertThat(weights).isEqualTo(ends.getFirst()));
    }

    @Test
    void aCheckpointCutShortIsPassedOverForTheOneBefore() throws IOException {
        runs.whole("a");
        Path state = folder.resolve("a/step-00000012/state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        Files.write(state, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThat(session.run.resume()).isEqualTo(10);
        }
        assertThat(folder.resolve("a/step-00000012")).doesNotExist();
    }

    @Test
    void aCheckpointOfWhichOneBitFlippedIsPassedOver() throws IOException {
        runs.whole("a");
        Path state = folder.resolve("a/step-00000012/state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length - 3] ^= 4;
        Files.write(state, bytes);
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThat(session.run.resume()).isEqualTo(10);
        }
    }

    @Test
    void aStateWithoutAManifestDoesNotExist() throws IOException {
        runs.whole("a");
        Files.delete(folder.resolve("a/step-00000012/checkpoint.json"));
        Files.writeString(folder.resolve("a/step-00000010/checkpoint.json"), "{\"version\": 1, \"ste");
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThat(session.run.resume()).isZero();
        }
    }

    /// Fields of another version need not be this one's.
    @Test
    void aCheckpointOfAnotherVersionIsRefusedAndKept() throws IOException {
        runs.whole("a");
        for (String document : List.of("{\"version\": 3, \"place\": {\"step\": 12}}", "{\"version\": 1}")) {
            Files.writeString(folder.resolve("a/step-00000012/checkpoint.json"), document);
            try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
                assertThatThrownBy(session.run::resume)
                        .isInstanceOf(UserMistake.class)
                        .hasMessageContaining("step 12")
                        .hasMessageContaining("and this program writes version 2");
            }
            assertThat(folder.resolve("a/step-00000012/state.safetensors")).exists();
        }
    }

    @Test
    void aCheckpointOfAnotherRunIsRefusedByName() {
        runs.whole("a");
        for (Map.Entry<RunIdentity, String> other : Map.of(
                        new RunIdentity("x", "d", "s"), "its base model differs",
                        new RunIdentity("b", "x", "s"), "its dataset differs",
                        new RunIdentity("b", "d", "x"), "its settings differ",
                        new RunIdentity("b", "x", "x"), "its dataset and settings differ")
                .entrySet())
            try (Session session = runs.session("a", other.getKey(), new ArrayList<>(), new StopSignals())) {
                assertThatThrownBy(session.run::resume)
                        .isInstanceOf(UserMistake.class)
                        .hasMessageContaining("step 12")
                        .hasMessageContaining(other.getValue() + ".");
            }
        assertThat(folder.resolve("a/step-00000012/checkpoint.json")).exists();
    }

    @Test
    void onlyTheTwoNewestCheckpointsAreKept() {
        runs.whole("a");
        assertThat(folder.resolve("a").toFile().list()).containsExactlyInAnyOrder("step-00000010", "step-00000012");
    }

    @Test
    void aRunThatGoesOnOnAnotherMachineSaysSo() {
        runs.whole("a");
        MachineStamp other = new MachineStamp("cpu", "another", "2.7.1", 2);
        try (Session session =
                runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals(), m -> {}, new int[] {4, 1}, other)) {
            session.run.resume();
            assertThat(session.run.totals().exact()).isFalse();
        }
    }

    @Test
    void aCheckpointThatCannotBeWrittenSaysWhereAndWhatToDo() throws IOException {
        Files.writeString(folder.resolve("a"), "a file where the directory should be");
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThatThrownBy(session::run)
                    .hasMessageContaining("the checkpoint of step 5 could not be written to " + folder.resolve("a"))
                    .hasMessageContaining("start the run again");
        }
    }
}

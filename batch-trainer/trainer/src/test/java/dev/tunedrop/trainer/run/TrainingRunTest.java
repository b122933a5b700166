package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.artefact.TokenShardWriter;
import dev.tunedrop.events.run.RunSettings.Schedule;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.abi.LibTorchException;
import dev.tunedrop.trainer.checkpoint.Checkpoints;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.checkpoint.MachineStamp;
import dev.tunedrop.trainer.checkpoint.RunIdentity;
import dev.tunedrop.trainer.checkpoint.SaveRhythm;
import dev.tunedrop.trainer.data.DataOrder;
import dev.tunedrop.trainer.data.StepPlan;
import dev.tunedrop.trainer.data.StepSource;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.Schedules;

/// The loop and its checkpoints on a model whose every number is known.
class TrainingRunTest {

    private static final int STEPS = 12;
    private static final RunIdentity IDENTITY = new RunIdentity("b", "d", "s");
    private static final MachineStamp MACHINE = new MachineStamp("cpu", "test", "2.7.1", 2);

    @TempDir
    Path folder;

    private SaveRhythm rhythm = SaveRhythm.of(5);
    private NDManager manager;
    private TokenShardReader shard;

    @BeforeEach
    void open() throws IOException {
        manager = Engine.getEngine(LtEngine.NAME).newBaseManager();
        Path file = folder.resolve("train.safetensors");
        try (TokenShardWriter writer = new TokenShardWriter(file, Map.of())) {
            for (int row = 0; row < 48; row++)
                writer.add(new int[] {0, row % 7, row % 5}, new boolean[] {false, true, true}, row + 1);
        }
        shard = TokenShardReader.open(file);
    }

    @AfterEach
    void close() {
        shard.close();
        manager.close();
    }

    @Test
    void theLossFallsAndEveryStepIsReportedOnce() {
        List<StepMetrics> seen = new ArrayList<>();
        try (Session session = new Session("a", IDENTITY, seen, new StopSignals())) {
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
        }
        assertThat(seen).hasSize(STEPS);
        assertThat(seen.getLast().step()).isEqualTo(STEPS);
        assertThat(meanLoss(seen.subList(8, STEPS))).isLessThan(0.8 * meanLoss(seen.subList(0, 4)));
        assertThat(seen.getLast().secondsLeft()).isZero();
        assertThat(seen.getLast().tokens()).isEqualTo(shard.tokens());
        assertThat(seen.getLast().trainedTokens()).isEqualTo(shard.trainedTokens());
        assertThat(seen.getLast().epoch()).isCloseTo(1, within(1e-9));
    }

    @Test
    void aRunStoppedAfterAnyStepAndResumedEndsWithTheSameWeights() {
        List<StepMetrics> whole = new ArrayList<>();
        float[] expected;
        try (Session session = new Session("whole", IDENTITY, whole, new StopSignals())) {
            session.run();
            expected = session.weights();
        }
        for (int stopAfter = 1; stopAfter < STEPS; stopAfter++) {
            List<StepMetrics> seen = new ArrayList<>();
            StopSignals stop = new StopSignals();
            int last = stopAfter;
            try (Session session = new Session("cut-" + stopAfter, IDENTITY, seen, stop, metrics -> {
                if (metrics.step() == last) stop.request();
            })) {
                assertThat(session.run()).isEqualTo(Ending.INTERRUPTED);
            }
            try (Session session = new Session("cut-" + stopAfter, IDENTITY, seen, new StopSignals())) {
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
    void howAStepIsCutDoesNotChangeTheWeights() {
        List<float[]> ends = new ArrayList<>();
        for (int[] cut : new int[][] {{4, 1}, {2, 2}, {1, 4}})
            try (Session session =
                    new Session("cut" + cut[0], IDENTITY, new ArrayList<>(), new StopSignals(), m -> {}, cut)) {
                session.run();
                ends.add(session.weights());
            }
        assertThat(ends).allSatisfy(weights -> assertThat(weights).containsExactly(ends.getFirst(), within(1e-6f)));
    }

    @Test
    void whenCheckpointsAreSavedDoesNotChangeTheWeights() {
        List<float[]> ends = new ArrayList<>();
        for (Integer steps : new Integer[] {null, 1, 5, 1000}) {
            rhythm = SaveRhythm.of(steps);
            try (Session session = new Session("every" + steps, IDENTITY, new ArrayList<>(), new StopSignals())) {
                session.run();
                ends.add(session.weights());
            }
        }
        assertThat(ends).hasSize(4).allSatisfy(weights -> assertThat(weights).isEqualTo(ends.getFirst()));
    }

    @Test
    void aFirstStepThatDoesNotFitIsMadeAgainInHalvesAndEndsAlike() throws IOException {
        float[] expected;
        List<StepMetrics> whole = new ArrayList<>();
        try (Session session = new Session("whole", IDENTITY, whole, new StopSignals())) {
            session.run();
            expected = session.weights();
        }
        List<StepMetrics> seen = new ArrayList<>();
        StopSignals stop = new StopSignals();
        try (Session session = new Session("small", IDENTITY, seen, stop, metrics -> {
            if (metrics.step() == 3) stop.request();
        })) {
            session.model.capacity(6);
            assertThat(session.run()).isEqualTo(Ending.INTERRUPTED);
        }
        assertThat(Files.readString(folder.resolve("small/step-00000003/checkpoint.json")))
                .contains("\"microBatchTokens\" : 6");
        try (Session session = new Session("small", IDENTITY, seen, new StopSignals())) {
            session.model.capacity(6);
            session.run.resume();
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
            assertThat(session.weights()).containsExactly(expected, within(1e-6f));
            assertThat(session.run.totals().exact()).isTrue();
        }
        assertThat(seen).hasSize(STEPS);
        assertThat(seen.getFirst().gradientNorm()).isCloseTo(whole.getFirst().gradientNorm(), within(1e-6));
    }

    @Test
    void aFirstStepThatKeepsTooMuchIsMadeAgainKeepingLessAndEndsTheSame() throws IOException {
        float[] expected;
        List<StepMetrics> whole = new ArrayList<>();
        List<StepMetrics> less = new ArrayList<>();
        try (Session session = new Session("whole", IDENTITY, whole, new StopSignals())) {
            session.run();
            expected = session.weights();
        }
        try (Session session = new Session("less", IDENTITY, less, new StopSignals())) {
            session.model.room(50);
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
            assertThat(session.weights()).containsExactly(expected);
            assertThat(session.run.totals().exact()).isTrue();
        }
        assertThat(less.getFirst().gradientNorm()).isEqualTo(whole.getFirst().gradientNorm());
        assertThat(Files.readString(folder.resolve("less/step-00000012/checkpoint.json")))
                .doesNotContain("\"microBatchTokens\" :");
    }

    /// Nothing is left to keep less of.
    @Test
    void aStepThatKeepsNothingAndDoesNotFitIsCut() throws IOException {
        try (Session session = new Session("cut", IDENTITY, new ArrayList<>(), new StopSignals())) {
            session.model.room(0);
            session.model.capacity(6);
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
        }
        assertThat(Files.readString(folder.resolve("cut/step-00000012/checkpoint.json")))
                .contains("\"microBatchTokens\" : 6");
    }

    @Test
    void aStepThatDoesNotFitInHalvesEitherIsTheRunsEnd() {
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            session.model.capacity(3);
            assertThatThrownBy(session::run).isInstanceOf(LibTorchException.class);
        }
    }

    @Test
    void aCheckpointCutShortIsPassedOverForTheOneBefore() throws IOException {
        runWhole("a");
        Path state = folder.resolve("a/step-00000012/state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        Files.write(state, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThat(session.run.resume()).isEqualTo(10);
        }
        assertThat(folder.resolve("a/step-00000012")).doesNotExist();
    }

    @Test
    void aCheckpointOfWhichOneBitFlippedIsPassedOver() throws IOException {
        runWhole("a");
        Path state = folder.resolve("a/step-00000012/state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        bytes[bytes.length - 3] ^= 4;
        Files.write(state, bytes);
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThat(session.run.resume()).isEqualTo(10);
        }
    }

    @Test
    void aStateWithoutAManifestDoesNotExist() throws IOException {
        runWhole("a");
        Files.delete(folder.resolve("a/step-00000012/checkpoint.json"));
        Files.writeString(folder.resolve("a/step-00000010/checkpoint.json"), "{\"version\": 1, \"ste");
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThat(session.run.resume()).isZero();
        }
    }

    @Test
    void aCheckpointOfAnotherRunIsRefusedByName() {
        runWhole("a");
        for (Map.Entry<RunIdentity, String> other : Map.of(
                        new RunIdentity("x", "d", "s"), "its base model differs",
                        new RunIdentity("b", "x", "s"), "its dataset differs",
                        new RunIdentity("b", "d", "x"), "its settings differ",
                        new RunIdentity("b", "x", "x"), "its dataset and settings differ")
                .entrySet())
            try (Session session = new Session("a", other.getKey(), new ArrayList<>(), new StopSignals())) {
                assertThatThrownBy(session.run::resume)
                        .isInstanceOf(UserMistake.class)
                        .hasMessageContaining("step 12")
                        .hasMessageContaining(other.getValue() + ".");
            }
        assertThat(folder.resolve("a/step-00000012/checkpoint.json")).exists();
    }

    @Test
    void onlyTheTwoNewestCheckpointsAreKept() {
        runWhole("a");
        assertThat(folder.resolve("a").toFile().list()).containsExactlyInAnyOrder("step-00000010", "step-00000012");
    }

    @Test
    void aRunThatGoesOnOnAnotherMachineSaysSo() {
        runWhole("a");
        MachineStamp other = new MachineStamp("cpu", "another", "2.7.1", 2);
        try (Session session =
                new Session("a", IDENTITY, new ArrayList<>(), new StopSignals(), m -> {}, new int[] {4, 1}, other)) {
            session.run.resume();
            assertThat(session.run.totals().exact()).isFalse();
        }
    }

    @Test
    void aLossThatIsNotFiniteMovesNothingAndKeepsTheLastGoodCheckpoint() throws IOException {
        for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
            String name = "poison" + poison;
            QuadraticModel[] model = new QuadraticModel[1];
            float[][] before = new float[1][];
            try (Session session = new Session(name, IDENTITY, new ArrayList<>(), new StopSignals(), metrics -> {
                if (metrics.step() == 6) {
                    before[0] = model[0].parameters().getFirst().master().toFloatArray();
                    model[0].poison(poison);
                }
            })) {
                model[0] = session.model;
                assertThatThrownBy(session::run)
                        .isInstanceOf(Diverged.class)
                        .hasMessageContaining("of step 7 is ")
                        .hasMessageContaining("the gradient of w first of all");
                assertThat(session.weights()).isEqualTo(before[0]);
            }
            assertThat(folder.resolve(name + "/step-00000005/checkpoint.json")).exists();
            assertThat(folder.resolve(name + "/step-00000007")).doesNotExist();
        }
    }

    @Test
    void theWallOfTimeEndsTheRunWithACheckpoint() {
        StopSignals stop = new StopSignals();
        stop.wall(Duration.ZERO);
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), stop)) {
            assertThat(session.run()).isEqualTo(Ending.STOPPED_AT_WALL);
        }
        assertThat(folder.resolve("a/step-00000000/checkpoint.json")).exists();
    }

    @Test
    void aWallReachedDuringAStepLetsItEndAndOneReachedDuringTheLastChangesNothing() {
        StopSignals stop = new StopSignals();
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), stop, metrics -> {
            if (metrics.step() == 3) stop.wall(Duration.ZERO);
        })) {
            assertThat(session.run()).isEqualTo(Ending.STOPPED_AT_WALL);
            assertThat(session.run.step()).isEqualTo(3);
        }
        assertThat(folder.resolve("a/step-00000003/checkpoint.json")).exists();
        StopSignals late = new StopSignals();
        try (Session session = new Session("b", IDENTITY, new ArrayList<>(), late, metrics -> {
            if (metrics.step() == STEPS) late.wall(Duration.ZERO);
        })) {
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
        }
    }

    @Test
    void aCheckpointThatCannotBeWrittenSaysWhereAndWhatToDo() throws IOException {
        Files.writeString(folder.resolve("a"), "a file where the directory should be");
        try (Session session = new Session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            assertThatThrownBy(session::run)
                    .hasMessageContaining("the checkpoint of step 5 could not be written to " + folder.resolve("a"))
                    .hasMessageContaining("start the run again");
        }
    }

    @Test
    void noNativeHandleIsLeftBehindByAStep() {
        List<Long> handles = new ArrayList<>();
        try (Session session = new Session(
                "a", IDENTITY, new ArrayList<>(), new StopSignals(), m -> handles.add(LtEngine.liveHandles()))) {
            session.run();
        }
        assertThat(handles).hasSize(STEPS).allMatch(count -> count.equals(handles.getFirst()));
    }

    private static double meanLoss(List<StepMetrics> steps) {
        return steps.stream().mapToDouble(StepMetrics::loss).average().orElseThrow();
    }

    private void runWhole(String name) {
        try (Session session = new Session(name, IDENTITY, new ArrayList<>(), new StopSignals())) {
            session.run();
        }
    }

    private final class Session implements AutoCloseable {
        private final QuadraticModel model = new QuadraticModel(manager);
        private final HeldOutWatch watch =
                new HeldOutWatch(HeldOutWatch.Plan.NEVER, () -> 0, model.parameters(), manager);
        private final AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0.01), manager);
        private final TrainingRun run;
        private final List<StepListener> listeners;

        Session(String name, RunIdentity identity, List<StepMetrics> seen, StopSignals stop) {
            this(name, identity, seen, stop, m -> {});
        }

        Session(String name, RunIdentity identity, List<StepMetrics> seen, StopSignals stop, StepListener listener) {
            this(name, identity, seen, stop, listener, new int[] {4, 1});
        }

        Session(
                String name,
                RunIdentity identity,
                List<StepMetrics> seen,
                StopSignals stop,
                StepListener listener,
                int[] cut) {
            this(name, identity, seen, stop, listener, cut, MACHINE);
        }

        Session(
                String name,
                RunIdentity identity,
                List<StepMetrics> seen,
                StopSignals stop,
                StepListener listener,
                int[] cut,
                MachineStamp machine) {
            listeners = List.of(seen::add, listener);
            StepSource source = new StepSource(shard, new DataOrder(3, 1, 3, true), StepPlan.sequences(cut[0], cut[1]));
            run = new TrainingRun(
                    new TrainingRun.Recipe(Schedules.of(Schedule.COSINE, 0.3, source.steps(), 0.2), 1.0, rhythm),
                    model,
                    source,
                    optimiser,
                    watch,
                    new Checkpoints(new DirectoryStore(folder.resolve(name)), identity, machine),
                    stop);
        }

        Ending run() {
            return run.run(listeners);
        }

        float[] weights() {
            return model.parameters().getFirst().master().toFloatArray();
        }

        @Override
        public void close() {
            watch.close();
            optimiser.close();
            model.close();
        }
    }
}

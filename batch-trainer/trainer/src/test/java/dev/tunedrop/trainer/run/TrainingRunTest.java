package dev.tunedrop.trainer.run;

import static dev.tunedrop.trainer.run.QuadraticRuns.IDENTITY;
import static dev.tunedrop.trainer.run.QuadraticRuns.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.abi.LibTorchException;
import dev.tunedrop.trainer.run.QuadraticRuns.Session;

/// The loop and its checkpoints on a model whose every number is known.
class TrainingRunTest {

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
    void theLossFallsAndEveryStepIsReportedOnce() {
        List<StepMetrics> seen = new ArrayList<>();
        try (Session session = runs.session("a", IDENTITY, seen, new StopSignals())) {
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
        }
        assertThat(seen).hasSize(STEPS);
        assertThat(seen.getLast().step()).isEqualTo(STEPS);
        assertThat(meanLoss(seen.subList(8, STEPS))).isLessThan(0.8 * meanLoss(seen.subList(0, 4)));
        assertThat(seen.getLast().secondsLeft()).isZero();
        assertThat(seen.getLast().tokens()).isEqualTo(runs.shard().tokens());
        assertThat(seen.getLast().trainedTokens()).isEqualTo(runs.shard().trainedTokens());
        assertThat(seen.getLast().epoch()).isCloseTo(1, within(1e-9));
    }

    @Test
    void howAStepIsCutDoesNotChangeTheWeights() {
        List<float[]> ends = new ArrayList<>();
        for (int[] cut : new int[][] {{4, 1}, {2, 2}, {1, 4}})
            try (Session session =
                    runs.session("cut" + cut[0], IDENTITY, new ArrayList<>(), new StopSignals(), m -> {}, cut)) {
                session.run();
                ends.add(session.weights());
            }
        assertThat(ends).allSatisfy(weights -> assertThat(weights).containsExactly(ends.getFirst(), within(1e-6f)));
    }

    @Test
    void aFirstStepThatDoesNotFitIsMadeAgainInHalvesAndEndsAlike() throws IOException {
        float[] expected;
        List<StepMetrics> whole = new ArrayList<>();
        try (Session session = runs.session("whole", IDENTITY, whole, new StopSignals())) {
            session.run();
            expected = session.weights();
        }
        List<StepMetrics> seen = new ArrayList<>();
        StopSignals stop = new StopSignals();
        try (Session session = runs.session("small", IDENTITY, seen, stop, metrics -> {
            if (metrics.step() == 3) stop.request();
        })) {
            session.model.capacity(6);
            assertThat(session.run()).isEqualTo(Ending.INTERRUPTED);
        }
        assertThat(Files.readString(folder.resolve("small/step-00000003/checkpoint.json")))
                .contains("\"microBatchTokens\" : 6");
        try (Session session = runs.session("small", IDENTITY, seen, new StopSignals())) {
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
        try (Session session = runs.session("whole", IDENTITY, whole, new StopSignals())) {
            session.run();
            expected = session.weights();
        }
        try (Session session = runs.session("less", IDENTITY, less, new StopSignals())) {
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
        try (Session session = runs.session("cut", IDENTITY, new ArrayList<>(), new StopSignals())) {
            session.model.room(0);
            session.model.capacity(6);
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
        }
        assertThat(Files.readString(folder.resolve("cut/step-00000012/checkpoint.json")))
                .contains("\"microBatchTokens\" : 6");
    }

    @Test
    void aStepThatDoesNotFitInHalvesEitherIsTheRunsEnd() {
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), new StopSignals())) {
            session.model.capacity(3);
            assertThatThrownBy(session::run).isInstanceOf(LibTorchException.class);
        }
    }

    @Test
    void aLossThatIsNotFiniteMovesNothingAndKeepsTheLastGoodCheckpoint() throws IOException {
        for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
            String name = "poison" + poison;
            QuadraticModel[] model = new QuadraticModel[1];
            float[][] before = new float[1][];
            try (Session session = runs.session(name, IDENTITY, new ArrayList<>(), new StopSignals(), metrics -> {
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
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), stop)) {
            assertThat(session.run()).isEqualTo(Ending.STOPPED_AT_WALL);
        }
        assertThat(folder.resolve("a/step-00000000/checkpoint.json")).exists();
    }

    @Test
    void aWallReachedDuringAStepLetsItEndAndOneReachedDuringTheLastChangesNothing() {
        StopSignals stop = new StopSignals();
        try (Session session = runs.session("a", IDENTITY, new ArrayList<>(), stop, metrics -> {
            if (metrics.step() == 3) stop.wall(Duration.ZERO);
        })) {
            assertThat(session.run()).isEqualTo(Ending.STOPPED_AT_WALL);
            assertThat(session.run.step()).isEqualTo(3);
        }
        assertThat(folder.resolve("a/step-00000003/checkpoint.json")).exists();
        StopSignals late = new StopSignals();
        try (Session session = runs.session("b", IDENTITY, new ArrayList<>(), late, metrics -> {
            if (metrics.step() == STEPS) late.wall(Duration.ZERO);
        })) {
            assertThat(session.run()).isEqualTo(Ending.COMPLETED);
        }
    }

    @Test
    void noNativeHandleIsLeftBehindByAStep() {
        List<Long> handles = new ArrayList<>();
        try (Session session = runs.session(
                "a", IDENTITY, new ArrayList<>(), new StopSignals(), m -> handles.add(LtEngine.liveHandles()))) {
            session.run();
        }
        assertThat(handles).hasSize(STEPS).allMatch(count -> count.equals(handles.getFirst()));
    }

    private static double meanLoss(List<StepMetrics> steps) {
        return steps.stream().mapToDouble(StepMetrics::loss).average().orElseThrow();
    }
}

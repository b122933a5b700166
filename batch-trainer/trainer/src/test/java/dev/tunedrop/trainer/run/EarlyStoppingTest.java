package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.events.run.TrainingResult;

/// Looks at the held-out rows while a real small model trains too fast on too little, so that it gets worse again.
class EarlyStoppingTest {

    private static final String OVERFITTING = "\"method\":\"lora\",\"learningRate\":0.03,\"epochs\":12,\"evaluation\":";

    @TempDir
    Path folder;

    private SmallRuns runs;

    @BeforeEach
    void makeShards() throws IOException {
        runs = new SmallRuns(folder);
    }

    @Test
    void aRunWhoseHeldOutLossNoLongerFallsEndsEarlyWithItsBestWeights() {
        List<StepMetrics> seen = new ArrayList<>();
        FineTuning.Outcome outcome = runs.tune(
                "a", OVERFITTING + "{\"everySteps\":3,\"patience\":3,\"keep\":\"best\"}", seen, new StopSignals());
        TrainingResult result = Objects.requireNonNull(outcome.result());
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED_EARLY);
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        assertThat(outcome.step()).isLessThan(outcome.steps());
        assertThat(looks(seen)).allMatch(look -> look.step() % 3 == 0).hasSizeGreaterThan(3);
        StepMetrics best = best(seen);
        assertThat(result.keptStep()).isEqualTo(best.step()).isEqualTo(outcome.step() - 9);
        assertThat(result.stopped())
                .isEqualTo("the held-out loss has not fallen since step " + best.step() + ", for 3 looks");
        assertThat(Objects.requireNonNull(outcome.heldOut()).adapterLoss()).isEqualTo(best.heldOutLoss());
    }

    @Test
    void aRunCutAnywhereStopsAtTheSameStepWithTheSameBestWeights() {
        String settings = OVERFITTING + "{\"everySteps\":2,\"patience\":4,\"keep\":\"best\"}";
        TrainingResult whole = Objects.requireNonNull(runs.tune("whole", settings, new ArrayList<>(), new StopSignals())
                .result());
        int at = whole.keptStep();
        for (int cut : new int[] {at, at + 3, whole.steps()}) {
            StopSignals stop = new StopSignals();
            List<StepMetrics> seen = new ArrayList<>();
            FineTuning.Outcome first = runs.tune("cut-" + cut, settings, seen, stop, cut);
            if (cut < whole.steps()) assertThat(first.ending()).isEqualTo(Ending.INTERRUPTED);
            TrainingResult second = Objects.requireNonNull(
                    runs.tune("cut-" + cut, settings, seen, new StopSignals()).result());
            assertThat(second.adapterSha256()).as("cut after %d", cut).isEqualTo(whole.adapterSha256());
            assertThat(second.steps()).isEqualTo(whole.steps());
            assertThat(second.keptStep()).isEqualTo(whole.keptStep());
            assertThat(second.outcome()).isEqualTo(TrainingResult.Outcome.STOPPED_EARLY);
        }
    }

    @Test
    void aRunThatEndsAtAWallHandsOverTheBestSoFar() {
        StopSignals stop = new StopSignals();
        List<StepMetrics> seen = new ArrayList<>();
        String settings = OVERFITTING + "{\"everySteps\":2,\"keep\":\"best\"}";
        FineTuning.Outcome outcome = new FineTuning(
                        runs.request("wall", settings),
                        List.of(seen::add, metrics -> {
                            if (metrics.step() == 40) stop.wall(Duration.ZERO);
                        }),
                        stop)
                .run();
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED_AT_WALL);
        TrainingResult result = Objects.requireNonNull(outcome.result());
        assertThat(result.keptStep()).isEqualTo(best(seen).step()).isLessThan(40);
        assertThat(result.stopped()).isEqualTo("after 0 s");
        assertThat(Objects.requireNonNull(outcome.heldOut()).adapterLoss())
                .isEqualTo(best(seen).heldOutLoss());
    }

    @Test
    void lookingDoesNotChangeWhatIsLearnt() {
        List<String> sums = new ArrayList<>();
        for (String evaluation : List.of("{}", "{\"everySteps\":2}"))
            sums.add(Objects.requireNonNull(runs.tune(
                                    "look" + sums.size(),
                                    "\"method\":\"lora\",\"dropout\":0.1,\"maxSteps\":6,\"evaluation\":" + evaluation,
                                    new ArrayList<>(),
                                    new StopSignals())
                            .result())
                    .adapterSha256());
        assertThat(sums.getFirst()).isEqualTo(sums.getLast());
    }

    @Test
    void withoutANumberARunThatKeepsTheBestLooksAtEachEpochsEnd() {
        List<StepMetrics> seen = new ArrayList<>();
        runs.tune(
                "epochs",
                "\"method\":\"lora\",\"epochs\":3,\"evaluation\":{\"keep\":\"best\"}",
                seen,
                new StopSignals());
        assertThat(looks(seen)).extracting(StepMetrics::epoch).containsExactly(1.0, 2.0, 3.0);
    }

    private static List<StepMetrics> looks(List<StepMetrics> seen) {
        return seen.stream().filter(metrics -> metrics.heldOutLoss() != null).toList();
    }

    private static StepMetrics best(List<StepMetrics> seen) {
        return looks(seen).stream()
                .min(Comparator.comparingDouble(metrics -> Objects.requireNonNull(metrics.heldOutLoss())))
                .orElseThrow();
    }
}

package dev.tunedrop.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.run.StepMetrics;

/// Whole runs with what saves memory.
class MemoryOptionsTest {

    private static final String EIGHT_BIT =
            "\"method\":\"full\",\"learningRate\":0.0005,\"epochs\":2,\"weightDecay\":0.01,"
                    + "\"memory\":{\"optimizer\":\"adamw-8bit\"}";

    @TempDir
    Path folder;

    private SmallRuns runs;

    @BeforeEach
    void makeShards() throws IOException {
        runs = new SmallRuns(folder);
    }

    /// A moment is off by up to half the distance to the next code: some percent of its size, without direction.
    /// Learning a few rows by heart makes differences grow, so they are measured by the loss there was at first:
    /// losses follow each other within 2 % of it.
    @Test
    void momentsInEightBitsLearnLikeMomentsInFullPrecision() {
        List<StepMetrics> plain = new ArrayList<>();
        List<StepMetrics> small = new ArrayList<>();
        runs.tune("plain", EIGHT_BIT.replace("adamw-8bit", "adamw"), plain, new StopSignals());
        runs.tune("small", EIGHT_BIT, small, new StopSignals());
        assertThat(plain.getLast().loss()).isLessThan(0.9 * plain.getFirst().loss());
        assertThat(small).hasSameSizeAs(plain);
        assertThat(small.get(2).loss()).isNotEqualTo(plain.get(2).loss()); // it is another optimiser
        for (int i = 0; i < plain.size(); i++)
            assertThat(small.get(i).loss())
                    .as("step %d", i + 1)
                    .isCloseTo(
                            plain.get(i).loss(), within(0.02 * plain.getFirst().loss()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                EIGHT_BIT,
                "\"method\":\"lora\",\"epochs\":2,\"tokensPerStep\":90",
                "\"method\":\"lora\",\"epochs\":2,\"tokensPerStep\":150,\"dropout\":0.1,\"memory\":{\"microBatchTokens\":40}"
            })
    void aRunThatStoppedAndWentOnWritesTheSameBytes(String settings) {
        String whole = sum("whole", settings, Integer.MAX_VALUE);
        sum("cut", settings, 3);
        assertThat(sum("cut", settings, Integer.MAX_VALUE)).isEqualTo(whole);
    }

    @Test
    void theCutIntoMicroBatchesDoesNotChangeTheStep() {
        for (String step : List.of("\"tokensPerStep\":200", "\"batchSize\":4")) {
            List<List<StepMetrics>> seen = new ArrayList<>();
            for (String memory : List.of("{}", "{\"microBatchTokens\":100}", "{\"microBatchTokens\":8}")) {
                List<StepMetrics> steps = new ArrayList<>();
                runs.tune(
                        step.replaceAll("\\W", "") + seen.size(),
                        "\"method\":\"lora\",\"maxSteps\":4," + step + ",\"memory\":" + memory,
                        steps,
                        new StopSignals());
                seen.add(steps);
            }
            for (List<StepMetrics> steps : seen)
                for (int i = 0; i < 4; i++) {
                    StepMetrics uncut = seen.getFirst().get(i);
                    assertThat(steps.get(i).tokens()).isEqualTo(uncut.tokens());
                    assertThat(steps.get(i).loss()).isCloseTo(uncut.loss(), within(1e-5)); // sums in another order
                    assertThat(steps.get(i).gradientNorm()).isCloseTo(uncut.gradientNorm(), within(1e-5));
                }
        }
    }

    @Test
    void whatOnlyMovesNumbersChangesNone() {
        String settings = "\"method\":\"lora\",\"maxSteps\":3,\"memory\":";
        assertThat(sum("moved", settings + "{\"pageOptimizer\":true,\"offloadActivations\":true}", Integer.MAX_VALUE))
                .isEqualTo(sum("left", settings + "{}", Integer.MAX_VALUE));
    }

    /// The adapter's; empty for a run that was interrupted.
    private String sum(String name, String settings, int interruptAfter) {
        FineTuning.Outcome outcome = runs.tune(name, settings, new ArrayList<>(), new StopSignals(), interruptAfter);
        return outcome.ending() == Ending.INTERRUPTED
                ? ""
                : Objects.requireNonNull(outcome.result()).adapterSha256();
    }
}

package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.trainer.weights.ModelConfig;

class GpuCheckTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theRehearsalChecksEveryPrecisionOnTheCpu() {
        assertThat(run(Map.of(), "--cpu-rehearsal", "numerics")).isZero();
        assertThat(printed()).doesNotContain("FAILED").contains("nf4 base in bf16", "dense base in fp32", "AdamW");
        assertThat(printed().lines().filter(line -> line.startsWith("ok"))).hasSize(17);
    }

    @Test
    void theRehearsalTimesWhatEachKernelReplaces() {
        assertThat(run(Map.of(), "--cpu-rehearsal", "kernels")).isZero();
        assertThat(printed()).contains("NF4 opened", "RMSNorm backward", "RoPE", "GeGLU forward", "head and loss");
        assertThat(printed()).contains("attention of two rows of 32 tokens: forward");
    }

    @Test
    void theRehearsalMeasuresEveryWorkload() {
        assertThat(run(
                        Map.of(),
                        "--cpu-rehearsal",
                        "--seconds=0.1",
                        "tiny-memory",
                        "tiny-recompute",
                        "tiny-keep",
                        "tiny-automatic"))
                .isZero();
        assertThat(printed())
                .contains(
                        "| tiny-memory | 64 | 64 | input 3 |",
                        "| tiny-recompute | 64 | 64 | input 3 |",
                        "| tiny-recompute | 64 | 64 | attention 3 |",
                        "| tiny-recompute | 128 | 32 | attention 3 |",
                        "| tiny-keep | 64 | 32 | all 3 |",
                        "| tiny-automatic | 64 | 32 | all 3 |",
                        "products of 128 tokens");
        assertThat(printed()).doesNotContain("FAILED");
    }

    @Test
    void theGoldenModelsAreCheckedWhereTheyAre() {
        Path data = Path.of(System.getProperty("tunedrop.shared", "../shared"), "data");
        assumeTrue(Files.isDirectory(data), "shared data is absent: " + data);
        assertThat(run(Map.of("TUNEDROP_SHARED_DATA", data.toString()), "--cpu-rehearsal", "golden"))
                .as(this::printed)
                .isZero();
        assertThat(printed()).contains("4 of 4");
    }

    @Test
    void aDirectoryWithoutGoldenModelsIsNoSuccess() {
        assertThat(run(Map.of("TUNEDROP_SHARED_DATA", "/"), "--cpu-rehearsal", "golden"))
                .isEqualTo(GpuCheck.FAILED);
    }

    @Test
    void withoutAGpuNothingIsMeasuredAndTheExitCodeSaysSo() {
        assumeTrue(LibTorch.gpus().isEmpty(), "this machine has a GPU");
        assertThat(run(Map.of())).isEqualTo(GpuCheck.NOT_MEASURED);
        assertThat(printed()).isEqualToIgnoringNewLines("not measured: no CUDA device");
    }

    @Test
    void anUnknownPartIsRefusedWithTheKnownOnes() {
        assertThat(run(Map.of(), "9b-recompute")).isEqualTo(GpuCheck.MISUSED);
        assertThat(printed()).contains("9b-recompute", "8b-memory", "8b-recompute", "70b-recompute", "70b-automatic");
    }

    /// The limits as they were worked out by hand for 790 TFLOP/s.
    @ParameterizedTest
    @CsvSource({
        "llama-3.1-8b, true, 16075",
        "llama-3.1-8b, false, 23216",
        "llama-3.1-70b, true, 1793",
        "llama-3.1-70b, false, 2651"
    })
    void theLimitIsWhatArithmeticAllows(String shape, boolean recompute, double tokensPerSecond) {
        ModelConfig model = Workload.shape(shape);
        assertThat(Limit.tokensPerSecond(model, Workload.RANK, 4096, recompute, Limit.H200))
                .isCloseTo(tokensPerSecond, within(tokensPerSecond * 0.001));
    }

    /// Worked out by hand: at rest, inputs of the layers, peak of one layer.
    @ParameterizedTest
    @CsvSource({"llama-3.1-8b, 4096, 5.04, 1.00, 0.64", "llama-3.1-70b, 2048, 38.31, 2.50, 0.96"})
    void theMemoryOfAPassIsCounted(String shape, int tokens, double rest, double inputs, double peak) {
        ExpectedMemory memory = ExpectedMemory.of(Workload.shape(shape), Workload.RANK, tokens);
        double gib = 1L << 30;
        assertThat(memory.rest() / gib).isCloseTo(rest, within(0.02));
        assertThat(memory.inputs() / gib).isCloseTo(inputs, within(0.02));
        assertThat(memory.peak() / gib).isCloseTo(peak, within(0.02));
        assertThat(memory.gib()).isCloseTo(rest + inputs + peak, within(0.04));
    }

    @Test
    void aGradientThatIsNoNumberIsNotWithinAnyTolerance() {
        Pass good = new Pass(1, Map.of("a", new float[] {1, 2}));
        Pass bad = new Pass(1, Map.of("a", new float[] {1, Float.NaN}));
        assertThat(bad.to(good).within(1, 1)).isFalse();
        assertThat(good.to(good).within(0, 0)).isTrue();
    }

    private int run(Map<String, String> environment, String... args) {
        return GpuCheck.run(List.of(args), environment, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}

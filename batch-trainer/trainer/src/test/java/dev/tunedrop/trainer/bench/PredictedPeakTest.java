package dev.tunedrop.trainer.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.weights.Llama;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;
import dev.tunedrop.trainer.weights.RopeConfig;

/// The peak that a plan is chosen by, beside what a process really took.
class PredictedPeakTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path REFERENCES = Path.of("/proc/self/clear_refs");
    private static final int TOKENS = 2048;
    private static final int LAYERS = 5;
    private static final int PASSES = 7;
    private static final String MIXED = "MIXED";

    /// What a layer keeps is counted to a tenth; what is held beside it is counted generously, and never too low.
    @Test
    void aPassTakesWhatItsPlanSays(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isWritable(REFERENCES), "the process may not reset its high-water mark");
        Map<String, Peak> peaks = new HashMap<>();
        for (String line : FreshProcess.lines(PredictedPeakTest.class, folder)) {
            String[] words = line.split(" ");
            peaks.put(words[0], new Peak(Double.parseDouble(words[1]), Double.parseDouble(words[2])));
        }
        assertThat(peaks)
                .hasSize(Keep.values().length + 1)
                .allSatisfy((keep, peak) ->
                        assertThat(peak.taken).as("%s", keep).isBetween(0.5 * peak.predicted, peak.predicted));
        Peak least = requireNonNull(peaks.get("INPUT"));
        for (String more : List.of("ATTENTION", "PRODUCTS", MIXED)) {
            Peak peak = requireNonNull(peaks.get(more));
            assertThat(peak.taken - least.taken)
                    .as(more)
                    .isCloseTo(peak.predicted - least.predicted, withinPercentage(more.equals(MIXED) ? 15 : 10));
        }
    }

    /// Prints what passes took and what was said, in bytes.
    public static void main(String[] arguments) throws IOException {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(1);
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
                FrozenBase base = FrozenBase.random(shape(), options, manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, 0, EnumSet.allOf(Projection.class));
            LoraAdapter adapter = LoraAdapter.fresh(shape(), config, 1, manager);
            double least = 0;
            double products = 0;
            for (Keep keep : Keep.values()) {
                try (LoraModel model =
                        LoraModel.trained(base.with(options.withKeep(keep)), adapter, Randomness.of(1))) {
                    double predicted = print(keep.name(), model);
                    if (keep == Keep.INPUT) least = predicted;
                    if (keep == Keep.PRODUCTS) products = predicted;
                }
            }
            BaseOptions automatic = base.options().withActivationBytes(Long.MAX_VALUE);
            try (LoraModel model = LoraModel.trained(base.with(automatic), adapter, Randomness.of(1))) {
                model.forecast().limit((long) (least + products) / 2); // bytes for half of the layers' products
                assertThat(model.forecast().sentence(TOKENS)).contains("attention", "products", "everything");
                print(MIXED, model);
            }
        }
    }

    /// The median of some passes: the kernel's figure is a little off now and then, and so is the Java machine's share.
    private static double print(String name, LoraModel model) throws IOException {
        model.lossAndGradients(batch()); // kernels are tried, libraries take their own memory
        long[] taken = new long[PASSES];
        for (int i = 0; i < PASSES; i++) {
            Files.writeString(REFERENCES, "5");
            long before = bytes("VmRSS:");
            model.lossAndGradients(batch());
            taken[i] = bytes("VmHWM:") - before;
        }
        Arrays.sort(taken);
        long predicted = model.forecast().bytes(TOKENS);
        System.out.println(name + " " + taken[PASSES / 2] + " " + predicted);
        return predicted;
    }

    /// In bytes.
    private record Peak(double taken, double predicted) {}

    private static ModelConfig shape() {
        return new ModelConfig(
                new Llama(),
                64,
                512,
                1024,
                LAYERS,
                8,
                2,
                64,
                1e-5,
                new RopeConfig(10_000, new RopeConfig.None(), RopeConfig.Precision.FP32),
                false,
                TOKENS,
                0.02,
                List.of());
    }

    private static MicroBatch batch() {
        int[] ids = new Random(5).ints(TOKENS, 0, 64).toArray();
        int[] lengths = new int[TOKENS / 64];
        Arrays.fill(lengths, 64);
        return new MicroBatch(ids, ids, lengths);
    }

    private static long bytes(String field) throws IOException {
        for (String line : Files.readAllLines(STATUS))
            if (line.startsWith(field)) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        throw new IllegalStateException(STATUS + " has no " + field);
    }
}

package dev.tunedrop.trainer.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

/// The peak that a plan is chosen by, beside what the process really took. For its time the C library is told to take
/// every larger array from the system and to give it back at once.
class PredictedPeakTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path REFERENCES = Path.of("/proc/self/clear_refs");
    private static final int TOKENS = 2048;
    private static final int LAYERS = 5;
    private static final int PASSES = 3;

    /// Beyond it the library's own rule does not go.
    private static final int MOST = 32 << 20;

    @BeforeAll
    static void everyArrayIsTheSystems() {
        assumeTrue(Files.isWritable(REFERENCES), "the process may not reset its high-water mark");
        Engine.getEngine(LtEngine.NAME); // which tells the C library its own rule as it is loaded
        assumeTrue(CLibrary.mapFrom(1 << 16), "the C library's allocator cannot be told");
    }

    @AfterAll
    static void asBefore() {
        CLibrary.mapFrom(MOST);
    }

    /// What a layer keeps is counted to a fifth, which is what the process's figures are good for; what is held beside
    /// it is counted generously, and never too low.
    @Test
    void aPassTakesWhatItsPlanSays() throws IOException {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(1);
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
                FrozenBase base = FrozenBase.random(shape(), options, manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, 0, EnumSet.allOf(Projection.class));
            LoraAdapter adapter = LoraAdapter.fresh(shape(), config, 1, manager);
            Map<Keep, Peak> peaks = new EnumMap<>(Keep.class);
            for (Keep keep : Keep.values()) {
                try (LoraModel model =
                        LoraModel.trained(base.with(options.withKeep(keep)), adapter, Randomness.of(1))) {
                    peaks.put(keep, Peak.of(model));
                }
            }
            Peak least = requireNonNull(peaks.get(Keep.INPUT));
            Peak products = requireNonNull(peaks.get(Keep.PRODUCTS));
            assertThat(peaks)
                    .allSatisfy((keep, peak) ->
                            assertThat(peak.taken).as("%s", keep).isBetween(0.4 * peak.predicted, peak.predicted));
            for (Peak more : List.of(requireNonNull(peaks.get(Keep.ATTENTION)), products))
                assertThat(more.taken - least.taken).isCloseTo(more.predicted - least.predicted, withinPercentage(20));
            mixed(base, adapter, least, products);
        }
    }

    /// Bytes for half of the layers' products.
    private static void mixed(FrozenBase base, LoraAdapter adapter, Peak least, Peak products) throws IOException {
        BaseOptions automatic = base.options().withActivationBytes(Long.MAX_VALUE);
        try (LoraModel model = LoraModel.trained(base.with(automatic), adapter, Randomness.of(1))) {
            model.forecast().limit((long) (least.predicted + products.predicted) / 2);
            assertThat(model.forecast().sentence(TOKENS)).contains("attention", "products", "everything");
            Peak peak = Peak.of(model);
            assertThat(peak.taken).isLessThan(peak.predicted);
            assertThat(peak.taken - least.taken).isCloseTo(peak.predicted - least.predicted, withinPercentage(20));
        }
    }

    /// In bytes.
    private record Peak(double taken, double predicted) {
        /// The least of some passes: what the Java machine takes meanwhile for itself is no part of them.
        static Peak of(LoraModel model) throws IOException {
            model.lossAndGradients(batch()); // kernels are tried, libraries take their own memory
            long taken = Long.MAX_VALUE;
            for (int i = 0; i < PASSES; i++) {
                CLibrary.giveBack();
                Files.writeString(REFERENCES, "5");
                long before = bytes("VmRSS:");
                model.lossAndGradients(batch());
                taken = Math.min(taken, bytes("VmHWM:") - before);
            }
            return new Peak(taken, model.forecast().bytes(TOKENS));
        }
    }

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

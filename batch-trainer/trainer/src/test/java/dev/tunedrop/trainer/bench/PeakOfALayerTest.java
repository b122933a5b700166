package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Kernels;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.weights.Llama;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;
import dev.tunedrop.trainer.weights.RopeConfig;

/// What the memory model counts at the peak of a layer, read off the process: arrays (T, F) of 48 MiB, which the C
/// library takes from the system and gives back one by one, beside weights and streams that are small here.
class PeakOfALayerTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path REFERENCES = Path.of("/proc/self/clear_refs");
    private static final int TOKENS = 768;
    private static final int INNER = 16_384;
    private static final double ARRAY = 4.0 * TOKENS * INNER;

    @Test
    void aFeedForwardPartHoldsThreeArraysOfItsWidthAtOnce(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isWritable(REFERENCES), "the process may not reset its high-water mark");
        double arrays = Double.parseDouble(
                FreshProcess.lines(PeakOfALayerTest.class, folder).getLast());
        assertThat(arrays).isBetween(2.5, 3.5);
    }

    /// Prints how many arrays were there at once.
    public static void main(String[] arguments) throws IOException {
        ModelConfig shape = new ModelConfig(
                new Llama(),
                64,
                64,
                INNER,
                1,
                4,
                2,
                16,
                1e-5,
                new RopeConfig(10_000, new RopeConfig.None(), RopeConfig.Precision.FP32),
                false,
                TOKENS,
                0.02,
                List.of());
        BaseOptions options = BaseOptions.of(DataType.FLOAT32, false).withActivationBytes(0);
        EnumSet<Kernel> others = EnumSet.complementOf(EnumSet.of(Kernel.SWIGLU));
        try (Kernels.Undo _ = Kernels.on(Device.cpu(), PeakOfALayerTest::gate);
                Kernels.Undo _ = Kernels.without(others);
                NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
                FrozenBase base = FrozenBase.random(shape, options, manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, 0, EnumSet.allOf(Projection.class));
            LoraAdapter adapter = LoraAdapter.fresh(shape, config, 1, manager);
            try (LoraModel model = LoraModel.trained(base, adapter, Randomness.of(1))) {
                model.lossAndGradients(batch()); // kernels are tried, libraries take their own memory
                Files.writeString(REFERENCES, "5");
                long before = bytes("VmRSS:");
                model.lossAndGradients(batch());
                System.out.println((bytes("VmHWM:") - before) / ARRAY);
            }
        }
    }

    /// SwiGLU as the kernel computes it, in the place of its operands.
    private static void gate(String entry, int blocks, int threads, Object... arguments) {
        MemorySegment[] at = new MemorySegment[arguments.length - 1];
        for (int i = 0; i < at.length; i++) {
            NDArray array = (NDArray) arguments[i];
            at[i] = MemorySegment.ofAddress(((LtNDArray) array).address())
                    .reinterpret(Float.BYTES * array.getShape().size());
        }
        long n = (long) arguments[at.length];
        LongStream.range(0, n).parallel().forEach(i -> {
            float g = at[0].getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float u = at[1].getAtIndex(ValueLayout.JAVA_FLOAT, i);
            double sigma = 1 / (1 + Math.exp(-g));
            if (entry.equals("swiglu_forward_float")) {
                at[2].setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (g * sigma * u));
                return;
            }
            float dh = at[2].getAtIndex(ValueLayout.JAVA_FLOAT, i);
            at[3].setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (dh * u * sigma * (1 + g * (1 - sigma))));
            at[4].setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (dh * g * sigma));
        });
    }

    private static MicroBatch batch() {
        Random random = new Random(5);
        int[] ids = random.ints(TOKENS, 0, 64).toArray();
        return new MicroBatch(ids, ids, new int[] {TOKENS});
    }

    private static long bytes(String field) throws IOException {
        for (String line : Files.readAllLines(STATUS))
            if (line.startsWith(field)) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        throw new IllegalStateException(STATUS + " has no " + field);
    }
}

package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.kernel.HostLauncher;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Kernels;
import dev.tunedrop.trainer.kernel.Launcher;
import dev.tunedrop.trainer.kernel.Outcome;
import dev.tunedrop.trainer.kernel.vector.VectorLauncher;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.Projection;

/// Whole models, forward, backward and one step of the optimiser, with kernels in the place of their twins: a GPU's own
/// sources compiled for the CPU, or the CPU's.
class KernelsInAModelTest {

    private static HostLauncher host;

    @BeforeAll
    static void compile() {
        host = HostLauncher.compiled();
    }

    /// Whose kernels.
    enum Whose {
        GPU,
        CPU;

        Launcher launcher() {
            return this == GPU ? host : new VectorLauncher(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"tiny, GPU", "tiny-gemma2, GPU", "tiny, CPU", "tiny-gemma2, CPU", "tiny-qwen2, CPU"})
    void inFp32AModelTrainsWithKernelsAsItDoesWithout(String shape, Whose whose) {
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of(shape, 1)) {
            Pass plain = pass(checkpoint, DataType.FLOAT32);
            assertThat(fused(checkpoint, DataType.FLOAT32, whose.launcher()).to(plain))
                    .matches(far -> far.within(1e-6, 1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource({"tiny, GPU", "tiny-gemma2, GPU", "tiny, CPU", "tiny-gemma2, CPU"})
    void inBf16TheKernelsAreNoFurtherFromFp32ThanTheirTwins(String shape, Whose whose) {
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of(shape, 1)) {
            Pass exact = pass(checkpoint, DataType.FLOAT32);
            Pass.Distance plain = pass(checkpoint, DataType.BFLOAT16).to(exact);
            Pass.Distance fused =
                    fused(checkpoint, DataType.BFLOAT16, whose.launcher()).to(exact);
            assertThat(fused)
                    .as("plain %s", plain)
                    .matches(far -> far.within(1.2 * plain.loss() + 1e-3, 1.2 * plain.worst() + 1e-3));
        }
    }

    @Test
    void everyKernelOfAFamilyRunsInItsPasses() {
        try (RandomCheckpoint llama = RandomCheckpoint.of("tiny", 1);
                RandomCheckpoint gemma = RandomCheckpoint.of("tiny-gemma2", 1)) {
            List<String> ran = new ArrayList<>();
            for (RandomCheckpoint checkpoint : List.of(llama, gemma)) {
                fused(checkpoint, DataType.BFLOAT16, host); // also tries each kernel against its twin
                host.launched();
                fused(checkpoint, DataType.BFLOAT16, host);
                ran.addAll(host.launched());
            }
            assertThat(ran)
                    .containsOnly(
                            "adam_w_float",
                            "cross_entropy_bf16",
                            "dropout_bf16",
                            "geglu_backward_bf16",
                            "geglu_forward_bf16",
                            "nf4_open_bf16",
                            "rms_norm_backward_bf16",
                            "rms_norm_forward_bf16",
                            "rope_bf16",
                            "swiglu_backward_bf16",
                            "swiglu_forward_bf16");
        }
    }

    @Test
    void everyKernelOfTheCpuIsWhatItsTwinIs() {
        int earlier = Kernels.outcomes().size();
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of("tiny", 1)) {
            for (DataType type : List.of(DataType.FLOAT32, DataType.BFLOAT16))
                fused(checkpoint, type, new VectorLauncher(0));
        }
        for (Kernel kernel :
                EnumSet.of(Kernel.RMS_NORM, Kernel.ROPE, Kernel.SWIGLU, Kernel.CROSS_ENTROPY, Kernel.ATTENTION))
            assertThat(Kernels.outcomes().stream().skip(earlier))
                    .filteredOn(outcome -> outcome.what().startsWith(kernel + " in "))
                    .hasSizeGreaterThan(1)
                    .allMatch(Outcome::used);
    }

    @Test
    void aKernelThatIsSwitchedOffIsLeftToItsTwin() {
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of("tiny", 1);
                Kernels.Undo _ = Kernels.without(EnumSet.of(Kernel.ROPE))) {
            host.launched();
            fused(checkpoint, DataType.FLOAT32, host);
            assertThat(host.launched()).contains("nf4_open_float").doesNotContain("rope_float");
        }
    }

    private static Pass fused(RandomCheckpoint checkpoint, DataType type, Launcher launcher) {
        try (Kernels.Undo _ = Kernels.on(Device.cpu(), launcher)) {
            return pass(checkpoint, type);
        }
    }

    private static Pass pass(RandomCheckpoint checkpoint, DataType type) {
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu());
                FrozenBase base = FrozenBase.load(checkpoint.directory(), BaseOptions.of(type, true), manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, 0.1, EnumSet.allOf(Projection.class));
            LoraAdapter adapter = LoraAdapter.fresh(base.config(), config, 1, manager);
            Random random = new Random(3);
            adapter.pairs().values().forEach(pair -> {
                float[] b = new float[Math.toIntExact(pair.b().getShape().size())];
                for (int i = 0; i < b.length; i++) b[i] = (float) random.nextGaussian() * 0.1f;
                pair.b().set(b);
            });
            try (LoraModel model = LoraModel.trained(base, adapter, Randomness.of(1))) {
                Pass pass = Pass.of(model, batch(base.config().vocabulary(), 19, 5));
                try (AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0.1), manager)) {
                    optimiser.step(1e-2, 1);
                }
                model.parameters()
                        .forEach(moved -> pass.gradients()
                                .put(moved.name() + " moved", moved.master().toFloatArray()));
                return pass;
            }
        }
    }

    private static MicroBatch batch(int vocabulary, int... lengths) {
        Random random = new Random(7);
        int tokens = java.util.Arrays.stream(lengths).sum();
        return new MicroBatch(
                random.ints(tokens, 0, vocabulary).toArray(),
                random.ints(tokens, 0, vocabulary).toArray(),
                lengths);
    }
}

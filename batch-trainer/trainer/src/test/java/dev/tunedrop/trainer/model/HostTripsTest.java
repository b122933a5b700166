package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.GradientNorm;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.Llama;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Qwen2;

/// On a GPU the host only queues work: reading an element waits for all of it, and so does writing from Java's memory.
class HostTripsTest {

    /// The losses, at the end; the gradients' norm, on which the step hangs.
    @ParameterizedTest
    @CsvSource({"0", "1", "1073741824"})
    void aStepReadsItsLossesAndItsNormAndNothingElse(long activationBytes) {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(Tiny.config(false, new Llama()), activationBytes, manager);
                LoraModel model = LoraModel.trained(base, Tiny.adapter(base.config(), 0, manager), Randomness.of(1));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0.1), manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 17);
            for (int step = 0; step < 3; step++) {
                long before = LtEngine.hostReads();
                model.lossAndGradients(batch);
                assertThat(LtEngine.hostReads() - before).isEqualTo(1);
                double norm = GradientNorm.of(model.parameters());
                optimiser.step(1e-3, GradientNorm.clip(norm, 1));
                model.parametersChanged();
                assertThat(LtEngine.hostReads() - before).isEqualTo(2);
            }
        }
    }

    /// What a pass is given does not grow with its layers: none of them waits for the host.
    @Test
    void noLayerIsGivenAnythingByTheHost() {
        for (Architecture family : List.of(new Llama(), new Qwen2(List.of())))
            assertThat(writes(Tiny.config(false, family)))
                    .isEqualTo(writes(with(1, Tiny.config(false, family))))
                    .isBetween(1L, 10L);
    }

    private static long writes(ModelConfig config) {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(config, 0, manager);
                LoraModel model = LoraModel.trained(base, Tiny.adapter(config, 0, manager), Randomness.of(1))) {
            long before = LtEngine.hostWrites();
            model.lossAndGradients(Tiny.batch(9, 5, 17));
            return LtEngine.hostWrites() - before;
        }
    }

    private static FrozenBase base(ModelConfig config, long activationBytes, NDManager manager) {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(activationBytes);
        return FrozenBase.random(config, options, manager);
    }

    private static ModelConfig with(int layers, ModelConfig config) {
        return new ModelConfig(
                config.architecture(),
                config.vocabulary(),
                config.hidden(),
                config.intermediate(),
                layers,
                config.heads(),
                config.kvHeads(),
                config.headDim(),
                config.normEpsilon(),
                config.rope(),
                config.tiedHead(),
                config.maxPositions(),
                config.initializerRange(),
                config.labels());
    }
}

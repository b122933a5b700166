package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensors;

class FullModelTest {

    static Stream<ModelConfig> configurations() {
        return Stream.concat(
                Stream.of(Tiny.config(false)), Tiny.architectures().map(family -> Tiny.config(true, family)));
    }

    /// Along each parameter's own gradient the loss rises by its squared length: (L(w + εg) - L(w - εg)) / 2ε =
    /// ‖g‖².
    @ParameterizedTest
    @MethodSource("configurations")
    void everyGradientIsTheSlopeOfTheLoss(ModelConfig config) {
        try (NDManager manager = Tiny.manager();
                FullModel model = FullModel.fresh(config, Tiny.options(), Randomness.of(3), manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 13);
            model.lossAndGradients(batch);
            assertThat(model.parameters()).hasSize(ModelTensors.of(config).size());
            for (Parameter parameter : model.parameters()) {
                float[] at = parameter.master().toFloatArray();
                float[] gradient = parameter.gradient().toFloatArray();
                double squared = 0;
                for (float g : gradient) squared += (double) g * g;
                if (Tiny.unseen(parameter)) {
                    assertThat(Math.sqrt(squared)).as(parameter.name()).isLessThan(1e-4);
                    continue;
                }
                double step = 1e-2 / Math.sqrt(squared);
                double slope = (lossAt(model, parameter, at, gradient, step, batch)
                                - lossAt(model, parameter, at, gradient, -step, batch))
                        / (2 * step);
                parameter.master().set(at);
                // fp32 losses near 80 leave about 5 digits in a difference of 1e-2 ‖g‖; curvature adds step² / 6
                assertThat(Differences.relative(slope, squared))
                        .as(parameter.name())
                        .isLessThan(5e-3);
            }
        }
    }

    private static double lossAt(
            FullModel model, Parameter parameter, float[] at, float[] direction, double step, MicroBatch batch) {
        float[] moved = new float[at.length];
        for (int i = 0; i < at.length; i++) moved[i] = (float) (at[i] + step * direction[i]);
        parameter.master().set(moved);
        model.parametersChanged();
        return model.loss(batch);
    }

    @Test
    void aLoadedModelScoresAsTheFrozenOne() {
        try (NDManager manager = Tiny.manager();
                Golden golden = Golden.open("golden/tinystories-656k.fp32.safetensors");
                FullModel model = FullModel.load(
                        SharedData.path("models/tinystories-656k"), Tiny.options(), Randomness.of(0), manager)) {
            float[] logits = model.logits(golden.batch(), manager).toFloatArray();
            assertThat(Differences.largest(logits, golden.unpadded("logits"))).isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen2", "mistral", "gemma2", "bloom", "bert"})
    void everyFamilyLoadsForFullTrainingAsItDoesFrozen(String family) {
        Path directory = SharedData.path("models/synthetic-tiny-" + family);
        try (NDManager manager = Tiny.manager();
                FrozenBase base = FrozenBase.load(directory, Tiny.options(), manager);
                Scored frozen = LoraModel.without(base);
                FullModel model = FullModel.load(directory, Tiny.options(), Randomness.of(0), manager)) {
            MicroBatch batch = Tiny.batch(60, 9);
            assertThat(model.logits(batch, manager).toFloatArray())
                    .isEqualTo(frozen.logits(batch, manager).toFloatArray());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT32", "BFLOAT16"})
    void aFreshModelLearnsABatchByHeart(String compute) {
        try (NDManager manager = Tiny.manager();
                FullModel model = FullModel.fresh(
                        Tiny.config(true),
                        BaseOptions.of(DataType.valueOf(compute), false),
                        Randomness.of(3),
                        manager);
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            MicroBatch batch = Tiny.batch(12, 12);
            double first = model.loss(batch);
            for (int step = 0; step < 60; step++) {
                model.lossAndGradients(batch);
                optimiser.step(1e-2, 1.0 / batch.trainedTokens());
                model.parametersChanged();
            }
            assertThat(model.loss(batch)).isLessThan(first / 20);
        }
    }
}

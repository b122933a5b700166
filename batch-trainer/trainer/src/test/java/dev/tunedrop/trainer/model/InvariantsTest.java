package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.Projection;

/// What must hold whatever the weights are.
class InvariantsTest {

    private static final String MODEL = "models/stories260k-hf";

    static Stream<Architecture> architectures() {
        return Tiny.architectures();
    }

    @Test
    void frozenBaseGetsNoGradientAndDoesNotMove() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager, true);
                LoraModel model = LoraModel.trained(base, Tiny.adapter(base.config(), 0, manager), Randomness.of(0));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            List<String> before = digests(base, manager);
            for (int step = 0; step < 2; step++) {
                model.lossAndGradients(Tiny.batch(9, 5));
                optimiser.step(1e-2, 1);
                model.parametersChanged();
            }
            assertThat(digests(base, manager)).isEqualTo(before);
            assertThat(model.parameters()).allMatch(p -> p.name().contains(".lora_"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void adapterStartsAsIdentity(boolean dora) {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager, true)) {
            LoraConfig config = new LoraConfig(8, 16, false, dora, 0, java.util.Set.of(Projection.values()));
            LoraAdapter fresh = LoraModel.freshAdapter(base, config, 42, manager);
            try (Scored without = LoraModel.without(base);
                    Scored with = LoraModel.frozen(base, fresh)) {
                MicroBatch batch = Tiny.batch(9, 5);
                assertThat(with.logits(batch, manager).toFloatArray())
                        .isEqualTo(without.logits(batch, manager).toFloatArray());
            }
        }
    }

    /// An NF4 base computes what a dense base of the dequantised values does: only storage differs.
    @ParameterizedTest
    @ValueSource(
            strings = {
                MODEL,
                "models/synthetic-tiny-qwen2",
                "models/synthetic-tiny-gemma2",
                "models/synthetic-tiny-bloom"
            })
    void quantisedBaseEqualsDequantisedBase(String directory) {
        try (NDManager manager = Tiny.manager();
                FrozenBase quantised = base(directory, manager, true);
                FrozenBase dense = base(directory, manager, false)) {
            for (String module : dense.linears().keySet()) {
                NDArray opened = quantised.linear(module).open(manager);
                dense.linear(module).open(manager).set(opened.toByteBuffer());
            }
            MicroBatch batch = Tiny.batch(9, 5);
            try (LoraModel one = LoraModel.trained(
                            quantised, Tiny.adapter(quantised.config(), 0, manager), Randomness.of(0));
                    LoraModel two =
                            LoraModel.trained(dense, Tiny.adapter(dense.config(), 0, manager), Randomness.of(0))) {
                assertThat(one.lossAndGradients(batch)).isEqualTo(two.lossAndGradients(batch));
                for (int i = 0; i < one.parameters().size(); i++)
                    assertThat(gradient(one, i)).isEqualTo(gradient(two, i));
            }
            assertThat(quantised.linearBytes()).isLessThan(dense.linearBytes() / 7);
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void packedLossEqualsUnpackedLoss(Architecture family) {
        try (NDManager manager = Tiny.manager();
                FullModel packed =
                        FullModel.fresh(Tiny.config(true, family), Tiny.options(), Randomness.of(3), manager);
                FullModel unpacked =
                        FullModel.fresh(Tiny.config(true, family), Tiny.options(), Randomness.of(3), manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 17);
            double together = packed.lossAndGradients(batch);
            double apart = 0;
            for (int row = 0; row < 3; row++) apart += unpacked.lossAndGradients(batch.part(row, row + 1));
            assertThat(Differences.relative(together, apart)).isLessThan(1e-6);
            sameGradients(packed, unpacked);
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void microBatchSizeDoesNotChangeTheStep(Architecture family) {
        try (NDManager manager = Tiny.manager();
                FullModel whole =
                        FullModel.fresh(Tiny.config(true, family), Tiny.options(), Randomness.of(3), manager);
                FullModel halves =
                        FullModel.fresh(Tiny.config(true, family), Tiny.options(), Randomness.of(3), manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 17, 4);
            double one = whole.lossAndGradients(batch);
            double two = halves.lossAndGradients(batch.part(0, 2)) + halves.lossAndGradients(batch.part(2, 4));
            assertThat(Differences.relative(one, two)).isLessThan(1e-6);
            sameGradients(whole, halves);
        }
    }

    @Test
    void aFullyMaskedExampleChangesNothing() {
        try (NDManager manager = Tiny.manager();
                FullModel without = FullModel.fresh(Tiny.config(true), Tiny.options(), Randomness.of(3), manager);
                FullModel with = FullModel.fresh(Tiny.config(true), Tiny.options(), Randomness.of(3), manager)) {
            MicroBatch batch = Tiny.batch(9, 5);
            double loss = without.lossAndGradients(batch);
            assertThat(with.lossAndGradients(MicroBatch.of(new int[] {3, 1, 4})))
                    .isZero();
            assertThat(with.lossAndGradients(batch)).isEqualTo(loss);
            sameGradients(with, without);
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void recomputedLayersGiveTheGradientsOfKeptOnes(Architecture family) {
        try (NDManager manager = Tiny.manager();
                FullModel kept = FullModel.fresh(Tiny.config(true, family), Tiny.options(), Randomness.of(3), manager);
                FullModel recomputed = FullModel.fresh(
                        Tiny.config(true, family), Tiny.options().withActivationBytes(0), Randomness.of(3), manager)) {
            MicroBatch batch = Tiny.batch(9, 5);
            assertThat(kept.lossAndGradients(batch)).isEqualTo(recomputed.lossAndGradients(batch));
            for (int i = 0; i < kept.parameters().size(); i++)
                assertThat(gradient(kept, i)).isEqualTo(gradient(recomputed, i));
        }
    }

    @Test
    void dropoutIsTheSameForTheSameStepAndAnotherForTheNext() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager, false);
                LoraModel model =
                        LoraModel.trained(base, Tiny.adapter(base.config(), 0.5, manager), Randomness.of(11))) {
            MicroBatch batch = Tiny.batch(9, 5);
            double first = lossOfStep(model, 4, batch);
            assertThat(lossOfStep(model, 4, batch)).isEqualTo(first);
            assertThat(lossOfStep(model, 5, batch)).isNotEqualTo(first);
            assertThat(model.loss(batch)).isNotEqualTo(first);
        }
    }

    /// Magnitudes learn, without anything left behind by a pass, kept or computed again.
    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 30})
    void magnitudesLearnAndLeaveNoHandle(long activationBytes) {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = FrozenBase.load(
                        SharedData.path(MODEL),
                        BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(activationBytes),
                        manager)) {
            LoraConfig config = new LoraConfig(3, 6, false, true, 0.1, java.util.Set.of(Projection.values()));
            LoraAdapter adapter = LoraModel.freshAdapter(base, config, 1, manager);
            try (LoraModel model = LoraModel.trained(base, adapter, Randomness.of(3));
                    AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
                assertThat(model.parameters().stream().filter(p -> p.name().endsWith(".lora_magnitude_vector")))
                        .hasSameSizeAs(adapter.pairs().keySet());
                MicroBatch batch = Tiny.batch(9, 5);
                double before = model.loss(batch);
                long after = 0;
                for (int step = 0; step < 10; step++) {
                    model.beginStep(step);
                    model.lossAndGradients(batch);
                    optimiser.step(1e-2, 0.1);
                    model.parametersChanged();
                    if (step == 0) after = LtEngine.liveHandles();
                }
                assertThat(LtEngine.liveHandles()).isEqualTo(after).isPositive();
                assertThat(model.loss(batch)).isLessThan(0.8 * before);
            }
        }
    }

    /// Along each parameter's own gradient, in fp32: a magnitude's gradient has the whole model behind it. That of A
    /// and B leaves out how they move the norm, so theirs is no slope, and is checked op by op.
    @Test
    void aMagnitudesGradientIsTheSlopeOfTheLoss() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager, false)) {
            LoraConfig config = new LoraConfig(3, 6, false, true, 0, java.util.Set.of(Projection.values()));
            LoraAdapter adapter = LoraModel.freshAdapter(base, config, 1, manager);
            try (LoraModel model = LoraModel.trained(base, adapter, Randomness.of(3))) {
                MicroBatch batch = Tiny.batch(9, 5);
                model.lossAndGradients(batch);
                for (Parameter parameter : model.parameters()) {
                    if (!parameter.name().endsWith(".lora_magnitude_vector")) continue;
                    float[] at = parameter.master().toFloatArray();
                    float[] gradient = parameter.gradient().toFloatArray();
                    double squared = 0;
                    for (float g : gradient) squared += (double) g * g;
                    double[] losses = new double[2];
                    double length = Math.sqrt(squared);
                    double step = 3e-2 / length;
                    for (int side = 0; side < 2; side++) {
                        float[] moved = at.clone();
                        for (int i = 0; i < at.length; i++) moved[i] += (float) ((1 - 2 * side) * step * gradient[i]);
                        parameter.master().set(moved);
                        model.parametersChanged();
                        losses[side] = model.loss(batch);
                    }
                    parameter.master().set(at);
                    // losses near 100 in fp32 leave 1e-5 or so in a difference over a way of 6e-2
                    assertThat((losses[0] - losses[1]) / (2 * step) / length)
                            .as(parameter.name())
                            .isCloseTo(length, within(0.01 * length + 1e-3));
                }
            }
        }
    }

    /// Draws belong to a row and its positions, wherever the row lies.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCutIntoMicroBatchesDrawsTheSameDropoutAndNoise(boolean noise) {
        Randomness randomness = new Randomness(11, noise ? 5.0 : null);
        double dropout = noise ? 0 : 0.5;
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager, false);
                LoraModel whole = LoraModel.trained(base, Tiny.adapter(base.config(), dropout, manager), randomness);
                LoraModel cut = LoraModel.trained(base, Tiny.adapter(base.config(), dropout, manager), randomness)) {
            MicroBatch batch = Tiny.batch(9, 5, 17, 4);
            double one = lossOfStep(whole, 4, batch);
            cut.beginStep(4);
            double parts = cut.lossAndGradients(batch.part(3, 4))
                    + cut.lossAndGradients(batch.part(0, 1))
                    + cut.lossAndGradients(batch.part(1, 3));
            assertThat(Differences.relative(one, parts)).isLessThan(1e-6);
            sameGradients(whole, cut);
            assertThat(Differences.relative(one, whole.loss(batch)))
                    .as("something was drawn")
                    .isGreaterThan(1e-4);
        }
    }

    @Test
    void noiseIsTheSameForTheSameStepAnotherForTheNextAndNoneInScoring() {
        try (NDManager manager = Tiny.manager();
                FullModel noisy = FullModel.fresh(Tiny.config(true), Tiny.options(), new Randomness(3, 5.0), manager);
                FullModel plain = FullModel.fresh(Tiny.config(true), Tiny.options(), Randomness.of(3), manager)) {
            MicroBatch batch = Tiny.batch(9, 5);
            double first = lossOfStep(noisy, 4, batch);
            assertThat(lossOfStep(noisy, 4, batch)).isEqualTo(first);
            assertThat(lossOfStep(noisy, 5, batch)).isNotEqualTo(first);
            assertThat(noisy.loss(batch)).isEqualTo(plain.loss(batch)).isNotEqualTo(first);
            assertThat(plain.lossAndGradients(batch)).isEqualTo(plain.loss(batch));
        }
    }

    private static double lossOfStep(Trainable model, long step, MicroBatch batch) {
        model.beginStep(step);
        return model.lossAndGradients(batch);
    }

    @ParameterizedTest
    @CsvSource({MODEL + ", 0", MODEL + ", 1073741824", "models/synthetic-tiny-gemma2, 0"})
    void liveHandlesAreConstantOverSteps(String directory, long activationBytes) {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = FrozenBase.load(
                        SharedData.path(directory),
                        BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(activationBytes),
                        manager);
                LoraModel model = LoraModel.trained(base, Tiny.adapter(base.config(), 0.1, manager), Randomness.of(0));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            MicroBatch batch = Tiny.batch(6, 4);
            long after = 0;
            for (int step = 0; step < 200; step++) {
                model.beginStep(step);
                model.lossAndGradients(batch);
                optimiser.step(1e-3, 1);
                model.parametersChanged();
                if (step == 0) after = LtEngine.liveHandles();
            }
            assertThat(after).isPositive();
            assertThat(LtEngine.liveHandles()).isEqualTo(after);
        }
    }

    private static FrozenBase base(NDManager manager, boolean quantised) {
        return base(MODEL, manager, quantised);
    }

    private static FrozenBase base(String directory, NDManager manager, boolean quantised) {
        return FrozenBase.load(SharedData.path(directory), BaseOptions.of(DataType.FLOAT32, quantised), manager);
    }

    private static List<String> digests(FrozenBase base, NDManager manager) {
        return base.linears().values().stream()
                .map(weight -> dev.tunedrop.events.artefact.Sha256.of(
                        weight.open(manager).toByteArray()))
                .toList();
    }

    private static float[] gradient(Trainable model, int parameter) {
        return model.parameters().get(parameter).gradient().toFloatArray();
    }

    /// Sums of fp32 in another order agree to about 1e-6.
    private static void sameGradients(Trainable one, Trainable two) {
        for (int i = 0; i < one.parameters().size(); i++) {
            if (Tiny.unseen(one.parameters().get(i))) continue;
            assertThat(Differences.relative(gradient(one, i), gradient(two, i)))
                    .as(one.parameters().get(i).name())
                    .isLessThan(1e-5);
        }
    }
}

package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.op.PreferenceLoss;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.Projection;

/// Preference optimisation of a whole small model.
class PreferenceModelTest {

    private static final PreferenceLoss LOSS = new PreferenceLoss(0.5, 0.1);

    private static FrozenBase base(NDManager manager) {
        return FrozenBase.load(SharedData.path("models/stories260k-hf"), Tiny.options(), manager);
    }

    private static PreferenceModel model(FrozenBase base, NDManager manager) {
        return model(base, 0, manager);
    }

    private static PreferenceModel model(FrozenBase base, double dropout, NDManager manager) {
        LoraAdapter adapter = Tiny.adapter(base.config(), dropout, manager);
        return PreferenceModel.of(base, LoraModel.trained(base, adapter, Randomness.of(3)), LOSS);
    }

    /// Entry by entry, central differences of the loss in fp32: a loss near 2 leaves about five digits.
    @Test
    void everyGradientIsTheSlopeOfTheLoss() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager);
                PreferenceModel model = model(base, manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 13, 7);
            model.lossAndGradients(batch);
            double largest = model.parameters().stream()
                    .mapToDouble(p -> p.gradient().abs().max().getFloat())
                    .max()
                    .orElseThrow();
            for (Parameter parameter : model.parameters()) {
                float[] at = parameter.master().toFloatArray();
                float[] gradient = parameter.gradient().toFloatArray();
                double squared = 0;
                for (float g : gradient) squared += (double) g * g;
                float[] along = new float[at.length];
                for (int i = 0; i < at.length; i++) along[i] = (float) (gradient[i] / Math.sqrt(squared));
                assertThat(slope(model, parameter, at, along, batch))
                        .as("along the gradient of " + parameter.name())
                        .isCloseTo(Math.sqrt(squared), within(0.01 * Math.sqrt(squared) + 1e-4));
                for (int entry = 0; entry < at.length; entry += at.length / 2 + 1) {
                    float[] one = new float[at.length];
                    one[entry] = 1;
                    assertThat(slope(model, parameter, at, one, batch))
                            .as("entry %d of %s", entry, parameter.name())
                            .isCloseTo(gradient[entry], within(0.01 * largest));
                }
            }
        }
    }

    private static double slope(
            PreferenceModel model, Parameter parameter, float[] at, float[] direction, MicroBatch batch) {
        double step = 3e-3;
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
            float[] moved = new float[at.length];
            for (int i = 0; i < at.length; i++) moved[i] = (float) (at[i] + (side == 0 ? step : -step) * direction[i]);
            parameter.master().set(moved);
            model.parametersChanged();
            losses[side] = model.loss(batch);
        }
        parameter.master().set(at);
        model.parametersChanged();
        return (losses[0] - losses[1]) / (2 * step);
    }

    @Test
    void anUntrainedAdapterHasNoMarginAndTheLossOfATossedCoin() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, 0, java.util.Set.of(Projection.values()));
            LoraAdapter fresh = LoraAdapter.fresh(base.config(), config, 42, manager);
            LoraModel lora = LoraModel.trained(base, fresh, Randomness.of(3));
            try (PreferenceModel model = PreferenceModel.of(base, lora, LOSS)) {
                model.beginStep(0);
                double loss = model.lossAndGradients(Tiny.batch(9, 5, 13, 7));
                assertThat(loss).isCloseTo(2 * Math.log(2), within(1e-4));
                assertThat(rewards(model).margin()).isCloseTo(0, within(1e-4));
                assertThat(rewards(model).chosen()).isCloseTo(0, within(1e-4));
            }
        }
    }

    @Test
    void swappedPairsHaveTheNegatedMargin() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager);
                PreferenceModel model = model(base, manager)) {
            MicroBatch pair = Tiny.batch(9, 12);
            int[] ids = new int[21];
            int[] targets = new int[21];
            System.arraycopy(pair.ids(), 9, ids, 0, 12);
            System.arraycopy(pair.ids(), 0, ids, 12, 9);
            System.arraycopy(pair.targets(), 9, targets, 0, 12);
            System.arraycopy(pair.targets(), 0, targets, 12, 9);
            Rewards one = scored(model, pair);
            Rewards other = scored(model, new MicroBatch(ids, targets, new int[] {12, 9}));
            assertThat(Math.abs(one.margin())).as("there is a margin").isGreaterThan(0.01);
            assertThat(other.margin()).isCloseTo(-one.margin(), within(1e-4));
            assertThat(other.chosen()).isCloseTo(one.rejected(), within(1e-4));
            assertThat(one.accuracy() + other.accuracy()).isEqualTo(1);
        }
    }

    /// (4, 1), (2, 2) and (1, 4) pairs at a time, dropout and all.
    @ParameterizedTest
    @ValueSource(ints = {2, 1})
    void theCutIntoMicroBatchesDoesNotChangeTheStep(int pairs) {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager);
                PreferenceModel whole = model(base, 0.2, manager);
                PreferenceModel cut = model(base, 0.2, manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 13, 7, 4, 6, 8, 8);
            whole.beginStep(3);
            double one = whole.lossAndGradients(batch);
            cut.beginStep(3);
            double parts = 0;
            long units = 0;
            for (int row = 0; row < 8; row += 2 * pairs) {
                MicroBatch part = batch.part(row, row + 2 * pairs);
                parts += cut.lossAndGradients(part);
                units += cut.units(part);
            }
            assertThat(units).isEqualTo(whole.units(batch)).isEqualTo(4);
            assertThat(Differences.relative(one, parts)).isLessThan(1e-5);
            assertThat(rewards(cut).margin()).isCloseTo(rewards(whole).margin(), within(1e-4));
            for (int i = 0; i < whole.parameters().size(); i++)
                assertThat(Differences.relative(gradient(whole, i), gradient(cut, i)))
                        .as(whole.parameters().get(i).name())
                        .isLessThan(1e-4);
        }
    }

    @Test
    void theReferenceIsAskedOncePerPairAndInAnyCompanyFindsTheSame() {
        List<Integer> asked = new ArrayList<>();
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager);
                Scored reference = LoraModel.without(base)) {
            ReferenceScores scores = new ReferenceScores(counting(reference, asked), false);
            MicroBatch batch = Tiny.batch(9, 5, 13, 7, 4, 6);
            PreferenceLoss.Pair[] first = scores.of(batch);
            assertThat(scores.of(batch.part(2, 4))).containsExactly(first[1]);
            assertThat(asked).containsExactly(2, 2, 2);
            PreferenceLoss.Pair alone = new ReferenceScores(reference, false).of(batch.part(4, 6))[0];
            assertThat(alone).isEqualTo(first[2]);
            PreferenceLoss.Pair[] together = new ReferenceScores(counting(reference, asked), true).of(batch);
            assertThat(asked).endsWith(2, 6).hasSize(4);
            assertThat(together[0].chosen()).isCloseTo(first[0].chosen(), within(1e-3));
        }
    }

    private static Scored counting(Scored reference, List<Integer> asked) {
        return new Scored() {
            @Override
            public double loss(MicroBatch batch) {
                return reference.loss(batch);
            }

            @Override
            public double[] rowLosses(MicroBatch batch) {
                asked.add(batch.lengths().length);
                return reference.rowLosses(batch);
            }

            @Override
            public NDArray logits(MicroBatch batch, NDManager scope) {
                return reference.logits(batch, scope);
            }

            @Override
            public List<NDArray> hiddenStates(MicroBatch batch, NDManager scope) {
                return reference.hiddenStates(batch, scope);
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void stepsLowerTheLossOfTheirPairsAndLeaveNoHandle() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager);
                PreferenceModel model = model(base, 0.1, manager);
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            MicroBatch batch = Tiny.batch(9, 5, 13, 7);
            double before = model.loss(batch);
            long after = 0;
            for (int step = 0; step < 20; step++) {
                model.beginStep(step);
                model.lossAndGradients(batch);
                optimiser.step(1e-2, 0.5);
                model.parametersChanged();
                if (step == 0) after = LtEngine.liveHandles();
            }
            assertThat(LtEngine.liveHandles()).isEqualTo(after).isPositive();
            assertThat(model.loss(batch)).isLessThan(0.9 * before);
            assertThat(scored(model, batch).accuracy()).isEqualTo(1);
        }
    }

    @Test
    void halfAPairIsRefused() {
        try (NDManager manager = Tiny.manager();
                FrozenBase base = base(manager);
                PreferenceModel model = model(base, manager)) {
            assertThatThrownBy(() -> model.lossAndGradients(Tiny.batch(9, 5, 3)))
                    .hasMessage("a micro-batch of pairs needs an even number of rows, had 3");
        }
    }

    private static Rewards scored(PreferenceModel model, MicroBatch batch) {
        RewardTally tally = new RewardTally();
        model.score(batch, tally);
        return Objects.requireNonNull(tally.rewards());
    }

    private static Rewards rewards(PreferenceModel model) {
        return Objects.requireNonNull(model.rewards());
    }

    private static float[] gradient(Trainable model, int parameter) {
        return model.parameters().get(parameter).gradient().toFloatArray();
    }
}

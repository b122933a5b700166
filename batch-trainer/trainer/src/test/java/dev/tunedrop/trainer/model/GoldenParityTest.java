package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.RopeConfig.Precision;

/// Whole models against files that transformers, PEFT and bitsandbytes wrote, in fp32 compute.
class GoldenParityTest {

    /// @param frequencies the synthetic model was cast to bf16 and back, its RoPE frequencies with it, before it was
    /// measured
    /// @param rank R of the golden adapter
    /// @param started directory of the adapter that the gradients are of; empty: it is in the golden file
    record Case(
            String model,
            String golden,
            boolean quantised,
            int rank,
            double alpha,
            String started,
            Precision frequencies) {
        @Override
        public String toString() {
            return golden;
        }
    }

    private static final Case BERT = synthetic("bert");

    static Stream<Case> cases() {
        return Stream.concat(adapted(), Stream.of(BERT));
    }

    /// Those whose adapted passes can be repeated.
    static Stream<Case> adapted() {
        return Stream.concat(
                pretrained(),
                Stream.concat(
                        Stream.of("llama3", "qwen2", "mistral", "gemma2", "bloom")
                                .map(GoldenParityTest::synthetic),
                        Stream.of("gemma").map(GoldenParityTest::own)));
    }

    /// A resource beside this class, from `benchmarks/peer/family.py`.
    private static Case own(String family) {
        String directory = Golden.OWN + "tiny-" + family;
        return new Case(directory, directory + "/golden.safetensors", false, 4, 8, "", Precision.FP32);
    }

    private static Case synthetic(String family) {
        String directory = "models/synthetic-tiny-" + family;
        return new Case(
                directory, directory + "/golden.safetensors", false, 4, 8, directory + "/lora-init", Precision.BF16);
    }

    private static Stream<Case> pretrained() {
        return Stream.of(
                new Case(
                        "models/stories260k-hf",
                        "golden/stories260k.fp32.safetensors",
                        false,
                        8,
                        16,
                        "",
                        Precision.FP32),
                new Case(
                        "models/stories260k-hf",
                        "golden/stories260k.nf4dq.safetensors",
                        true,
                        8,
                        16,
                        "",
                        Precision.FP32),
                new Case(
                        "models/tinystories-656k",
                        "golden/tinystories-656k.fp32.safetensors",
                        false,
                        8,
                        16,
                        "",
                        Precision.FP32),
                new Case(
                        "models/tinystories-656k",
                        "golden/tinystories-656k.nf4dq.safetensors",
                        true,
                        8,
                        16,
                        "",
                        Precision.FP32));
    }

    @Test
    void theGoldensAreMetOnTheLibTorchTheyWereMeantFor() {
        String expected = System.getProperty("expected.libtorch");
        assumeTrue(expected != null, "no LibTorch is expected: the tests do not run from Maven");
        String[] numbers = expected.split("\\.");
        assertThat(LibTorch.version()).startsWith(numbers[0] + "." + numbers[1]);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAreWithinOneTenThousandth(Case c) {
        try (Loaded at = Loaded.of(c);
                Scored model = LoraModel.without(at.base)) {
            float[] logits = model.logits(at.golden.batch(), at.manager).toFloatArray();
            assertThat(Differences.largest(logits, at.golden.unpadded("logits")))
                    .isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyHiddenStateIsWithinOneHundredThousandth(Case c) {
        try (Loaded at = Loaded.of(c);
                Scored model = LoraModel.without(at.base)) {
            List<NDArray> states = model.hiddenStates(at.golden.batch(), at.manager);
            assertThat(at.golden.has("hidden_" + states.size())).isFalse();
            for (int i = 0; i < states.size(); i++) {
                float[] expected = at.golden.unpadded("hidden_" + i);
                assertThat(Differences.relative(states.get(i).toFloatArray(), expected))
                        .as("hidden_%d", i)
                        .isLessThan(1e-5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("adapted")
    void adaptedLogitsAreWithinOneTenThousandth(Case c) {
        try (Loaded at = Loaded.of(c);
                LoraModel model = LoraModel.frozen(at.base, at.adapter())) {
            float[] logits = model.logits(at.golden.batch(), at.manager).toFloatArray();
            assertThat(Differences.largest(logits, at.golden.unpadded("lora_logits")))
                    .isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("adapted")
    void everyLoraGradientIsWithinOneTenThousandth(Case c) {
        try (Loaded at = Loaded.of(c);
                LoraModel model = LoraModel.trained(at.base, at.adapter(), Randomness.of(0))) {
            MicroBatch batch = at.golden.batch();
            model.lossAndGradients(batch);
            assertThat(model.parameters())
                    .hasSize(2 * at.base.config().linearMaps().size());
            for (Parameter parameter : model.parameters()) {
                float[] gradient = parameter.gradient().toFloatArray();
                for (int i = 0; i < gradient.length; i++) gradient[i] /= batch.trainedTokens();
                float[] expected = at.golden.floats("lora_grad." + parameter.name());
                assertThat(Differences.relative(gradient, expected))
                        .as(parameter.name())
                        .isLessThan(1e-4);
            }
        }
    }

    /// AdamW's first step moves an element by the sign of its gradient alone, so an element that is rounding (4e-8
    /// there, -2e-8 here) would send a model that small its own way: those few take the golden's sign.
    @ParameterizedTest
    @MethodSource("adapted")
    void lossesOfAdamWStepsAreWithinOneHundredThousandth(Case c) {
        try (Loaded at = Loaded.of(c);
                LoraModel model = LoraModel.trained(at.base, at.adapter(), Randomness.of(0));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), at.manager)) {
            MicroBatch batch = at.golden.batch();
            double[] expected = at.losses();
            for (int step = 0; step < expected.length; step++) {
                double loss = model.lossAndGradients(batch) / batch.trainedTokens();
                assertThat(Differences.relative(loss, expected[step]))
                        .as("step %d", step)
                        .isLessThan(1e-5);
                if (step == 0)
                    assertThat(signsOfRounding(at, model, batch.trainedTokens()))
                            .as("elements whose sign is rounding")
                            .isLessThan(5);
                optimiser.step(1e-3, 1.0 / batch.trainedTokens());
                model.parametersChanged();
            }
        }
    }

    /// Gives gradients of another sign than the golden's that sign, if they are nothing beside the others.
    ///
    /// @return how many
    private static int signsOfRounding(Loaded at, LoraModel model, long tokens) {
        int turned = 0;
        for (Parameter parameter : model.parameters()) {
            float[] ours = parameter.gradient().toFloatArray();
            float[] golden = at.golden.floats("lora_grad." + parameter.name());
            float largest = 0;
            for (float value : golden) largest = Math.max(largest, Math.abs(value) * tokens);
            for (int i = 0; i < ours.length; i++) {
                if (ours[i] * golden[i] >= 0) continue;
                assertThat(Math.abs(ours[i])).as(parameter.name()).isLessThan(1e-5f * largest);
                ours[i] = golden[i] * tokens;
                turned++;
            }
            parameter.gradient().set(ours);
        }
        return turned;
    }

    /// BERT's adapted passes were measured with its configuration's dropout of 0.1 drawn, from a state of the
    /// generator that the file does not tell. transformers 5.18 and PEFT 0.21 on the same files: without dropout
    /// their logits are 0.0111 (root mean square) from the golden's; with it, from any of 500 seeds, 0.0138 to
    /// 0.0162, which is that distance twice over, √2 · 0.0111, as of two draws; the loss is 6.3697 without and
    /// 6.3739 in the file. So its adapter is held to slopes of the loss, whose forward pass the other claims hold
    /// to the golden's. What PEFT computes where nothing is dropped, [ClassifierGoldenTest] holds exactly.
    @Test
    void bertsAdaptedLogitsAreOffByItsDropoutAlone() {
        try (Loaded at = Loaded.of(BERT);
                LoraModel model = LoraModel.frozen(at.base, at.adapter());
                Scored base = LoraModel.without(at.base)) {
            float[] golden = at.golden.unpadded("lora_logits");
            float[] adapted = model.logits(at.golden.batch(), at.manager).toFloatArray();
            assertThat(meanSquare(adapted, golden)).isBetween(0.009 * 0.009, 0.012 * 0.012);
            float[] without = base.logits(at.golden.batch(), at.manager).toFloatArray();
            assertThat(meanSquare(adapted, golden)).isLessThan(meanSquare(without, golden));
        }
    }

    @Test
    void bertsLoraGradientsAreSlopesOfTheLoss() {
        try (Loaded at = Loaded.of(BERT);
                LoraModel model = LoraModel.trained(at.base, at.adapter(), Randomness.of(0))) {
            MicroBatch batch = at.golden.batch();
            model.lossAndGradients(batch);
            assertThat(model.parameters()).hasSize(2 * (6 * 3 + 1));
            for (Parameter parameter : model.parameters()) {
                float[] start = parameter.master().toFloatArray();
                float[] gradient = parameter.gradient().toFloatArray();
                double length = 0;
                for (float g : gradient) length += (double) g * g;
                length = Math.sqrt(length);
                double above = lossAlong(model, parameter, start, gradient, 0.05 / length, batch);
                double below = lossAlong(model, parameter, start, gradient, -0.05 / length, batch);
                parameter.master().set(start);
                // fp32 leaves about 4e-4 of a slope uncertain; the attention of a model this young has slopes of 5e-3
                assertThat((above - below) / 0.1).as(parameter.name()).isCloseTo(length, within(1e-2 * length + 4e-4));
            }
        }
    }

    private static double lossAlong(
            LoraModel model, Parameter parameter, float[] start, float[] direction, double step, MicroBatch batch) {
        float[] moved = new float[start.length];
        for (int i = 0; i < moved.length; i++) moved[i] = (float) (start[i] + step * direction[i]);
        parameter.master().set(moved);
        model.parametersChanged();
        return model.loss(batch);
    }

    private static double meanSquare(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
        return sum / a.length;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistral", "gemma2"})
    void theFixtureHoldsARowLongerThanTheWindow(String family) {
        try (Loaded at = Loaded.of(synthetic(family))) {
            assertThat(at.golden.batch().longestRow())
                    .isGreaterThan(at.base.config().architecture().window(0));
        }
    }

    private record Loaded(Case c, NDManager manager, Golden golden, FrozenBase base) implements AutoCloseable {

        static Loaded of(Case c) {
            var directory = Golden.path(c.model);
            NDManager manager = Tiny.manager();
            BaseOptions options = BaseOptions.of(DataType.FLOAT32, c.quantised);
            ModelConfig config = ModelConfig.read(directory);
            ModelConfig asMeasured = config.with(config.rope().with(c.frequencies));
            FrozenBase base = FrozenBase.load(directory, asMeasured, options, manager);
            return new Loaded(c, manager, Golden.open(c.golden), base);
        }

        LoraAdapter adapter() {
            return c.started.isEmpty()
                    ? golden.adapter(base.config(), c.rank, c.alpha, manager)
                    : AdapterFiles.load(SharedData.path(c.started), base.config(), manager);
        }

        double[] losses() {
            return golden.has("losses_5_adamw_steps")
                    ? SharedData.doubles(golden.file(), "losses_5_adamw_steps")
                    : new double[] {golden.floats("lora_loss")[0], golden.floats("lora_loss_after_1_adamw_step")[0]};
        }

        @Override
        public void close() {
            golden.close();
            manager.close();
        }
    }
}

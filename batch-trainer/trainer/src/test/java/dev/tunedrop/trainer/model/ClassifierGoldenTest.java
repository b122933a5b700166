package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.Projection;

/// A BERT that tells three labels apart, from `benchmarks/peer/family.py`: what transformers and PEFT computed of it in
/// fp32, nothing dropped. Each row's first token is what its label is told from.
class ClassifierGoldenTest {

    private static final String DIRECTORY = Golden.OWN + "tiny-bert";
    private static final int LABELS = 3;
    private static final int RANK = 4;
    private static final double ALPHA = 8;

    private NDManager manager;
    private Golden golden;
    private FrozenBase base;

    @BeforeEach
    void load() {
        manager = Tiny.manager();
        golden = Golden.open(DIRECTORY + "/golden.safetensors");
        base = FrozenBase.load(Golden.path(DIRECTORY), BaseOptions.of(DataType.FLOAT32, false), manager);
    }

    @AfterEach
    void close() {
        golden.close();
        manager.close();
    }

    @Test
    void everyHiddenStateIsWithinOneHundredThousandth() {
        try (Scored model = LoraModel.without(base)) {
            List<NDArray> states = model.hiddenStates(batch(), manager);
            assertThat(states).hasSize(base.config().layers() + 1);
            for (int i = 0; i < states.size(); i++)
                assertThat(Differences.relative(states.get(i).toFloatArray(), golden.unpadded("hidden_" + i)))
                        .as("hidden_%d", i)
                        .isLessThan(1e-5);
        }
    }

    @Test
    void logitsAndLossAreTransformersOwn() {
        try (Scored model = LoraModel.without(base)) {
            assertThat(Differences.largest(ofFirstTokens(model), golden.floats("logits")))
                    .isLessThan(1e-5);
            assertThat(Differences.relative(model.loss(batch()) / golden.rows(), golden.floats("loss")[0]))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void adaptedLogitsArePefts() {
        try (Scored model = LoraModel.frozen(base, adapter())) {
            float[] logits = ofFirstTokens(model);
            assertThat(Differences.largest(logits, golden.floats("lora_logits")))
                    .isLessThan(1e-5);
            assertThat(Differences.largest(logits, golden.floats("logits"))).isGreaterThan(0.1);
        }
    }

    @Test
    void everyGradientOfAdapterAndTopIsPefts() {
        try (LoraModel model = LoraModel.trained(base, adapter(), Randomness.of(0))) {
            model.lossAndGradients(batch());
            assertThat(model.parameters())
                    .hasSize(2 * base.config().linearMaps().size() + base.tops().size());
            for (Parameter parameter : model.parameters()) {
                float[] gradient = parameter.gradient().toFloatArray();
                for (int i = 0; i < gradient.length; i++) gradient[i] /= golden.rows();
                assertThat(Differences.relative(gradient, golden.floats("lora_grad." + parameter.name())))
                        .as(parameter.name())
                        .isLessThan(1e-4);
            }
        }
    }

    @Test
    void lossesOfAdamWStepsAreWithinOneHundredThousandth() {
        try (LoraModel model = LoraModel.trained(base, adapter(), Randomness.of(0));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            for (double expected : SharedData.doubles(golden.file(), "losses_5_adamw_steps")) {
                double loss = model.lossAndGradients(batch()) / golden.rows();
                assertThat(Differences.relative(loss, expected)).isLessThan(1e-5);
                optimiser.step(1e-3, 1.0 / golden.rows());
                model.parametersChanged();
            }
        }
    }

    private float[] ofFirstTokens(Scored model) {
        float[] all = model.logits(batch(), manager).toFloatArray();
        float[] firsts = new float[golden.rows() * LABELS];
        int token = 0;
        int row = 0;
        for (int length : batch().lengths()) {
            System.arraycopy(all, token * LABELS, firsts, LABELS * row++, LABELS);
            token += length;
        }
        return firsts;
    }

    private MicroBatch batch() {
        List<Integer> ids = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        int[] lengths = new int[golden.rows()];
        for (int row = 0; row < golden.rows(); row++) {
            int first = row * golden.width();
            for (int t = first; t < first + golden.width() && golden.mask()[t] == 1; t++) {
                ids.add((int) golden.ids()[t]);
                targets.add(t == first ? (int) golden.labels()[row] : MicroBatch.NO_LOSS);
                lengths[row]++;
            }
        }
        assertThat(Arrays.stream(lengths).distinct()).as("lengths of rows").hasSizeGreaterThan(2);
        return new MicroBatch(
                ids.stream().mapToInt(id -> id).toArray(),
                targets.stream().mapToInt(target -> target).toArray(),
                lengths);
    }

    private LoraAdapter adapter() {
        Map<String, NDArray> whole = new LinkedHashMap<>();
        base.tops()
                .forEach((name, top) -> whole.put(
                        name,
                        manager.create(golden.floats("lora_init." + LoraAdapter.wholeName(name)), top.getShape())));
        assertThat(whole).hasSize(4);
        LoraConfig config = new LoraConfig(RANK, ALPHA, false, 0, EnumSet.allOf(Projection.class));
        return new LoraAdapter(
                config, golden.adapter(base.config(), RANK, ALPHA, manager).pairs(), whole);
    }
}

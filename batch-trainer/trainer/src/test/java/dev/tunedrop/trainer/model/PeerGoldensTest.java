package dev.tunedrop.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.op.DoraLinear;
import dev.tunedrop.trainer.op.EmbeddingNoise;
import dev.tunedrop.trainer.op.PreferenceLoss;
import dev.tunedrop.trainer.op.TokenDraws;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;
import dev.tunedrop.trainer.weights.RopeConfig;

/// What PEFT and TRL computed (`benchmarks/peer/goldens.py`) on a small Llama: rsLoRA, DoRA, DPO, NEFTune's scale,
/// YaRN. A tensor is told by its norm and by its sum of products with cos(0.7 i).
class PeerGoldensTest {

    private static final String MODEL = "models/synthetic-tiny-llama3";
    private static final int RANK = 4;
    private static final double ALPHA = 8;
    private static final double CLOSE = 1e-4;
    private static final JsonNode GOLDENS = read();

    private static JsonNode read() {
        try (InputStream json = PeerGoldensTest.class.getResourceAsStream("peer-goldens.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(json));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rslora", "dora", "yarn"})
    void adaptersOfEachKindAndPositionsByYarnComputeWhatPeftDoes(String kind) throws IOException {
        JsonNode expected = GOLDENS.get(kind);
        try (NDManager manager = Tiny.manager();
                FrozenBase base = FrozenBase.load(model(expected.get("rope")), Tiny.options(), manager);
                Golden golden = Golden.open(MODEL + "/golden.safetensors");
                LoraModel model = LoraModel.trained(base, adapter(base, kind, manager), Randomness.of(0));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            MicroBatch batch = golden.batch();
            same(model.logits(batch, manager).toFloatArray(), expected.get("logits"), "logits");
            double loss = model.lossAndGradients(batch) / batch.trainedTokens();
            assertThat(Differences.relative(loss, expected.get("loss").doubleValue()))
                    .isLessThan(1e-5);
            sameGradients(model.parameters(), batch.trainedTokens(), expected.get("gradients"));
            optimiser.step(1e-3, 1.0 / batch.trainedTokens());
            model.parametersChanged();
            assertThat(Differences.relative(
                            model.loss(batch) / batch.trainedTokens(),
                            expected.get("lossAfterStep").doubleValue()))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void preferencesAreOptimisedAsTrlDoes() {
        JsonNode expected = GOLDENS.get("dpo");
        PreferenceLoss loss = new PreferenceLoss(expected.get("beta").doubleValue(), 0);
        try (NDManager manager = Tiny.manager();
                FrozenBase base = FrozenBase.load(SharedData.path(MODEL), Tiny.options(), manager);
                PreferenceModel model = PreferenceModel.of(
                        base, LoraModel.trained(base, adapter(base, "lora", manager), Randomness.of(0)), loss);
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            MicroBatch pairs = pairs(expected);
            double mean = model.lossAndGradients(pairs) / 2;
            assertThat(Differences.relative(mean, expected.get("loss").doubleValue()))
                    .isLessThan(1e-5);
            sameGradients(model.parameters(), 2, expected.get("gradients"));
            optimiser.step(1e-3, 0.5);
            model.parametersChanged();
            assertThat(Differences.relative(
                            model.loss(pairs) / 2, expected.get("lossAfterStep").doubleValue()))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void noiseHasTheScaleThatTransformersGivesIt() {
        for (JsonNode each : GOLDENS.get("neftune")) {
            int tokens = each.get("tokens").intValue();
            int width = each.get("width").intValue();
            int rows = 1 + 200_000 / (tokens * width);
            int[] lengths = new int[rows];
            java.util.Arrays.fill(lengths, tokens);
            long[] numbers = java.util.stream.LongStream.range(0, rows).toArray();
            try (NDManager manager = Tiny.manager()) {
                NDArray zeros = manager.zeros(new Shape((long) rows * tokens, width), DataType.FLOAT32);
                TokenDraws draws = TokenDraws.of(3, 1, numbers, lengths);
                float[] noise = new EmbeddingNoise(
                                draws, lengths, each.get("alpha").doubleValue())
                        .addTo(zeros)
                        .toFloatArray();
                double most = 0;
                double squares = 0;
                for (float n : noise) {
                    most = Math.max(most, Math.abs(n));
                    squares += (double) n * n;
                }
                double bound = each.get("bound").doubleValue();
                assertThat(most).isCloseTo(bound, within(1e-3 * bound));
                double deviation = each.get("deviation").doubleValue();
                assertThat(Math.sqrt(squares / noise.length)).isCloseTo(deviation, within(0.01 * deviation));
            }
        }
    }

    @Test
    void yarnsFrequenciesAreTransformersOwn() throws IOException {
        for (JsonNode each : GOLDENS.get("yarnFrequencies")) {
            ObjectNode config = Json.read(SharedData.path(MODEL).resolve(ModelConfig.FILE), ObjectNode.class);
            int size = each.get("headDim").intValue();
            config.put("head_dim", size);
            config.set("max_position_embeddings", each.get("positions"));
            config.set("rope_parameters", each.get("rope"));
            RopeConfig rope = read(config).rope();
            assertThat(rope.magnitude()).isCloseTo(each.get("attentionFactor").floatValue(), within(1e-6f));
            float[] frequencies = rope.frequencies(size);
            for (int i = 0; i < size / 2; i++) {
                float expected = each.get("frequencies").get(i).floatValue();
                assertThat(frequencies[i])
                        .as("%d of %s", i, each.get("rope"))
                        .isCloseTo(expected, within(1e-6f * expected));
            }
        }
    }

    @Test
    void qwensOwnNoteOnLongContextsSaysTheSame() throws IOException {
        ObjectNode config = Json.read(SharedData.path(MODEL).resolve(ModelConfig.FILE), ObjectNode.class);
        config.remove("rope_parameters");
        config.put("rope_theta", 1e6);
        config.put("max_position_embeddings", 32768);
        config.putObject("rope_scaling").put("type", "yarn").put("factor", 4.0);
        assertThat(read(config).rope().scaling())
                .isEqualTo(new RopeConfig.Yarn(4, 32, 1, true, 32768, 1 + 0.1 * Math.log(4)));
        assertThat(read(config).maxPositions()).isEqualTo(131072);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dynamic", "longrope"})
    void otherScalingIsRefusedByItsField(String type) throws IOException {
        ObjectNode config = Json.read(SharedData.path(MODEL).resolve(ModelConfig.FILE), ObjectNode.class);
        ((ObjectNode) config.get("rope_parameters")).put("rope_type", type);
        assertThatThrownBy(() -> read(config)).hasMessageContaining("(rope_type) \"" + type + "\" is not supported");
    }

    @TempDir
    Path folder;

    private ModelConfig read(ObjectNode config) throws IOException {
        Files.write(folder.resolve(ModelConfig.FILE), Json.bytes(config));
        return ModelConfig.read(folder);
    }

    /// The model, its positions by `rope` where that is given.
    private Path model(@Nullable JsonNode rope) throws IOException {
        Path own = SharedData.path(MODEL);
        if (rope == null) return own;
        ObjectNode config = Json.read(own.resolve(ModelConfig.FILE), ObjectNode.class);
        config.set("rope_parameters", rope);
        Files.write(folder.resolve(ModelConfig.FILE), Json.bytes(config));
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".safetensors"))
                    .toList()) Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
        }
        return folder;
    }

    private static LoraAdapter adapter(FrozenBase base, String kind, NDManager manager) {
        boolean dora = kind.equals("dora");
        LoraConfig config = new LoraConfig(RANK, ALPHA, kind.equals("rslora"), dora, 0, Set.of(Projection.values()));
        Map<String, LoraAdapter.Pair> pairs = new LinkedHashMap<>();
        try (Safetensors start = Safetensors.open(SharedData.path(MODEL + "/lora-init/adapter_model.safetensors"))) {
            for (LinearMap map : base.config().linearMaps()) {
                String module = map.module();
                NDArray a = manager.create(
                        SharedData.floats(start, LoraAdapter.aName(module)), new Shape(RANK, map.columns()));
                NDArray b = manager.create(
                        SharedData.floats(start, LoraAdapter.bName(module)), new Shape(map.rows(), RANK));
                pairs.put(module, new LoraAdapter.Pair(a, b, dora ? magnitude(base, module, manager) : null));
            }
        }
        return new LoraAdapter(config, pairs);
    }

    /// The rows' lengths, each times 1 + 0.1 sin(i).
    private static NDArray magnitude(FrozenBase base, String module, NDManager manager) {
        float[] rows = DoraLinear.lengths(base.squares(module)).toFloatArray();
        for (int i = 0; i < rows.length; i++) rows[i] = (float) (rows[i] * (1 + 0.1 * Math.sin(i)));
        return manager.create(rows);
    }

    /// The file has the preferred answers first and then the others; a micro-batch has pair after pair.
    private static MicroBatch pairs(JsonNode expected) {
        JsonNode rows = expected.get("rows");
        int prompt = expected.get("prompt").intValue();
        int half = rows.size() / 2;
        List<Integer> ids = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        int[] lengths = new int[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i / 2 + i % 2 * half);
            lengths[i] = row.size();
            for (int t = 0; t < row.size(); t++) {
                ids.add(row.get(t).intValue());
                boolean learnt = t + 1 < row.size() && t + 1 >= prompt;
                targets.add(learnt ? row.get(t + 1).intValue() : MicroBatch.NO_LOSS);
            }
        }
        return new MicroBatch(ints(ids), ints(targets), lengths);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void sameGradients(List<Parameter> parameters, double units, JsonNode expected) {
        assertThat(parameters).hasSize(expected.size());
        for (Parameter parameter : parameters) {
            float[] gradient = parameter.gradient().toFloatArray();
            for (int i = 0; i < gradient.length; i++) gradient[i] /= (float) units;
            same(gradient, Objects.requireNonNull(expected.get(parameter.name()), parameter.name()), parameter.name());
        }
    }

    /// Within a ten thousandth of its norm.
    private static void same(float[] actual, JsonNode expected, String name) {
        double squares = 0;
        double wave = 0;
        for (int i = 0; i < actual.length; i++) {
            squares += (double) actual[i] * actual[i];
            wave += actual[i] * Math.cos(0.7 * i);
        }
        double norm = expected.get("norm").doubleValue();
        assertThat(Math.sqrt(squares)).as(name + "'s norm").isCloseTo(norm, within(CLOSE * norm));
        assertThat(wave)
                .as(name + "'s wave")
                .isCloseTo(expected.get("wave").doubleValue(), within(CLOSE * norm * Math.sqrt(actual.length)));
    }
}

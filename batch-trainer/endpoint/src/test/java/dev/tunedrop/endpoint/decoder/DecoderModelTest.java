package dev.tunedrop.endpoint.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.endpoint.generate.LanguageModel.Adapter;
import dev.tunedrop.endpoint.generate.LanguageModel.Decoding;
import dev.tunedrop.endpoint.generate.UnusableAdapter;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.run.Compute;
import dev.tunedrop.trainer.weights.Projection;

class DecoderModelTest {

    private static final int[] PROMPT = {1, 403, 407, 261, 378, 5, 77, 300};

    static Path models() {
        Path models = Path.of(System.getProperty("tunedrop.shared"), "data", "models");
        assumeThat(models).as("shared data is absent: %s", models).isDirectory();
        return models;
    }

    private static DecoderModel load(Path base, BaseOptions options, NDManager manager) {
        return DecoderModel.load(base, String.valueOf(base.getFileName()), options, manager);
    }

    private static int greatest(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) if (row[i] > row[best]) best = i;
        return best;
    }

    /// Greedy decoding by the cached pass.
    private static int[] cached(DecoderModel model, @Nullable Adapter adapter, int[] prompt, int count) {
        int[] drawn = new int[count];
        try (Decoding decoding = model.open(adapter, prompt.length + count)) {
            float[] logits = decoding.extend(prompt);
            for (int i = 0; i < count; i++) {
                drawn[i] = greatest(logits);
                logits = decoding.extend(new int[] {drawn[i]});
            }
        }
        return drawn;
    }

    /// Greedy decoding that reads everything anew at each step, by the trainer's forward pass.
    private static int[] uncached(Scored model, NDManager manager, int[] prompt, int count) {
        int[] ids = prompt;
        for (int i = 0; i < count; i++) {
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = greatest(lastLogits(model, manager, Arrays.copyOf(ids, ids.length - 1)));
        }
        return Arrays.copyOfRange(ids, prompt.length, ids.length);
    }

    private static float[] lastLogits(Scored model, NDManager manager, int[] ids) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray logits = model.logits(MicroBatch.of(ids), scope);
            return logits.get(ids.length - 1).toFloatArray();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stories260k-hf, false",
        "stories260k-hf, true",
        "synthetic-tiny-llama3, false",
        "synthetic-tiny-qwen2, false",
        "synthetic-tiny-qwen2, true",
        "synthetic-tiny-mistral, false",
        "synthetic-tiny-gemma2, false",
        "synthetic-tiny-bloom, false",
        "synthetic-tiny-bloom, true",
        "tinystories-656k, false",
    })
    void greedyDecodingWithTheCacheEqualsGreedyDecodingWithoutIt(String name, boolean quantised) {
        Path base = models().resolve(name);
        BaseOptions options = BaseOptions.of(DataType.FLOAT32, quantised);
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel model = load(base, options, manager);
                FrozenBase frozen = FrozenBase.load(base, options, manager);
                Scored reference = LoraModel.without(frozen)) {
            int[] drawn = cached(model, null, PROMPT, 150);
            assertThat(drawn).isEqualTo(uncached(reference, manager, PROMPT, 150));
            assertThat(Arrays.stream(drawn).distinct().count())
                    .as("the fixture says something")
                    .isGreaterThan(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"synthetic-tiny-llama3", "synthetic-tiny-qwen2", "synthetic-tiny-gemma2", "synthetic-tiny-bloom"
            })
    void theAdapterChangesTheAnswerAndTheBaseStaysItself(String name) {
        Path base = models().resolve(name);
        BaseOptions options = BaseOptions.of(DataType.FLOAT32, false);
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel model = load(base, options, manager);
                FrozenBase frozen = FrozenBase.load(base, options, manager);
                Adapter adapter = model.loadAdapter(base.resolve("lora-init"));
                Scored adapted = LoraModel.frozen(
                        frozen, AdapterFiles.load(base.resolve("lora-init"), frozen.config(), manager))) {
            int[] before = cached(model, null, PROMPT, 60);
            int[] with = cached(model, adapter, PROMPT, 60);
            assertThat(with).isEqualTo(uncached(adapted, manager, PROMPT, 60)).isNotEqualTo(before);
            assertThat(cached(model, null, PROMPT, 60)).isEqualTo(before);
            assertThat(adapter.rank()).isEqualTo(4);
            assertThat(adapter.targets())
                    .hasSize(frozen.config().architecture().linears().size());
        }
    }

    @Test
    void aBaseStretchedByYarnReadsAsFarAsItIsStretched(@TempDir Path directory) throws IOException {
        Path base = models().resolve("synthetic-tiny-qwen2");
        Files.copy(base.resolve("model.safetensors"), directory.resolve("model.safetensors"));
        ObjectNode config = Json.read(base.resolve("config.json"), ObjectNode.class);
        config.remove("rope_parameters");
        config.put("rope_theta", 10_000).put("max_position_embeddings", 48);
        config.putObject("rope_scaling")
                .put("type", "yarn")
                .put("factor", 4.0)
                .put("original_max_position_embeddings", 48);
        Files.write(directory.resolve("config.json"), Json.bytes(config));
        BaseOptions options = BaseOptions.of(DataType.FLOAT32, false);
        int[] prompt = new int[100];
        for (int i = 0; i < prompt.length; i++) prompt[i] = (i * 37 + 11) % 500;
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel model = load(directory, options, manager);
                FrozenBase frozen = FrozenBase.load(directory, options, manager);
                Scored reference = LoraModel.without(frozen)) {
            assertThat(model.contextTokens()).isEqualTo(192);
            assertThat(cached(model, null, prompt, 20)).isEqualTo(uncached(reference, manager, prompt, 20));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAdapterWithMagnitudesAnswersAsItWasTrained(boolean quantised, @TempDir Path directory) throws IOException {
        Path base = models().resolve("synthetic-tiny-llama3");
        BaseOptions options = BaseOptions.of(DataType.FLOAT32, quantised);
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel model = load(base, options, manager);
                FrozenBase frozen = FrozenBase.load(base, options, manager)) {
            LoraConfig config = new LoraConfig(4, 8, false, true, 0, Set.of(Projection.values()));
            LoraAdapter trained = LoraModel.freshAdapter(frozen, config, 1, manager);
            for (LoraAdapter.Pair pair : trained.pairs().values()) {
                pair.b().addi(manager.randomNormal(0, 0.1f, pair.b().getShape(), DataType.FLOAT32));
                NDArray magnitude = Objects.requireNonNull(pair.magnitude());
                magnitude.muli(manager.randomUniform(0.5f, 1.5f, magnitude.getShape()));
            }
            AdapterFiles.write(directory, trained, frozen.config(), "synthetic-tiny-llama3");
            try (Adapter adapter = model.loadAdapter(directory);
                    Scored adapted = LoraModel.frozen(frozen, trained)) {
                int[] with = cached(model, adapter, PROMPT, 40);
                assertThat(with)
                        .isEqualTo(uncached(adapted, manager, PROMPT, 40))
                        .isNotEqualTo(cached(model, null, PROMPT, 40));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stories260k-hf, FLOAT32, 2e-4",
        "stories260k-hf, BFLOAT16, 0.25",
        "synthetic-tiny-mistral, FLOAT32, 2e-4",
        "synthetic-tiny-gemma2, FLOAT32, 2e-4",
        "synthetic-tiny-bloom, FLOAT32, 2e-4",
    })
    void aPromptReadInPartsGivesTheLogitsOfThePromptReadWhole(String name, DataType type, double tolerance) {
        int[] prompt = new int[300];
        for (int i = 0; i < prompt.length; i++) prompt[i] = (i * 37 + 11) % 500;
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel model = load(models().resolve(name), BaseOptions.of(type, false), manager);
                Decoding whole = model.open(null, 300);
                Decoding parts = model.open(null, 300)) {
            float[] expected = whole.extend(prompt);
            float[] logits = {};
            for (int from = 0, length = 1; from < 300; from += length, length = Math.min(2 * length + 1, 300 - from))
                logits = parts.extend(Arrays.copyOfRange(prompt, from, from + length));
            for (int i = 0; i < logits.length; i++)
                assertThat((double) Math.abs(logits[i] - expected[i])).isLessThan(tolerance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"synthetic-tiny-llama3", "synthetic-tiny-gemma2"})
    void liveHandlesAreConstantOverRequestsAndNoneAreLeftInTheEnd(String name) {
        Path base = models().resolve(name);
        long before = LtEngine.liveHandles();
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel model = load(base, BaseOptions.of(DataType.BFLOAT16, true), manager)) {
            cached(model, null, PROMPT, 200);
            long loaded = LtEngine.liveHandles();
            for (int i = 0; i < 5; i++) {
                try (Adapter adapter = model.loadAdapter(base.resolve("lora-init"))) {
                    cached(model, adapter, PROMPT, 40);
                    cached(model, null, PROMPT, 40);
                }
                assertThat(LtEngine.liveHandles()).isEqualTo(loaded);
            }
            assertThatThrownBy(() -> model.loadAdapter(base)).isInstanceOf(UnusableAdapter.class);
            assertThat(LtEngine.liveHandles()).isEqualTo(loaded);
        }
        assertThat(LtEngine.liveHandles()).isEqualTo(before);
    }

    @Test
    void anAdapterThatDoesNotFitIsRefusedInOneSentence(@TempDir Path directory) throws IOException {
        Path adapter = models().resolve("synthetic-tiny-llama3/lora-init");
        try (Compute compute = Compute.open();
                NDManager manager = compute.newManager();
                DecoderModel other =
                        load(models().resolve("stories260k-hf"), BaseOptions.of(DataType.FLOAT32, false), manager);
                DecoderModel own = load(
                        models().resolve("synthetic-tiny-llama3"), BaseOptions.of(DataType.FLOAT32, false), manager)) {
            assertThatThrownBy(() -> other.loadAdapter(adapter))
                    .isInstanceOf(UnusableAdapter.class)
                    .hasMessageContaining("lora_A.weight");
            assertThatThrownBy(() -> own.loadAdapter(directory))
                    .isInstanceOf(UnusableAdapter.class)
                    .hasMessageContaining("adapter_config.json");

            String config = Files.readString(adapter.resolve("adapter_config.json"));
            Files.copy(adapter.resolve("adapter_model.safetensors"), directory.resolve("adapter_model.safetensors"));
            Files.writeString(directory.resolve("adapter_config.json"), config.replace("\"r\": 4", "\"r\": 5"));
            assertThatThrownBy(() -> own.loadAdapter(directory))
                    .isInstanceOf(UnusableAdapter.class)
                    .hasMessageContaining("5");

            Files.writeString(
                    directory.resolve("adapter_config.json"),
                    config.replace(
                            "\"base_model_name_or_path\": null", "\"base_model_name_or_path\": \"org/other-base\""));
            assertThatThrownBy(() -> own.loadAdapter(directory))
                    .isInstanceOf(UnusableAdapter.class)
                    .hasMessageContaining("names other-base")
                    .hasMessageContaining("--name other-base");
        }
    }
}

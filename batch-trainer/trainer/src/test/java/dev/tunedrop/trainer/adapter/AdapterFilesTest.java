package dev.tunedrop.trainer.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.SharedData;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

class AdapterFilesTest {

    private static final String MODEL = "models/synthetic-tiny-llama3";

    @TempDir
    Path folder;

    @Test
    void aWrittenAdapterHasTheNamesShapesValuesAndConfigKeysOfPeft() throws IOException {
        Path peft = SharedData.path(MODEL + "/lora-init");
        try (NDManager manager = manager()) {
            AdapterFiles.write(folder, AdapterFiles.load(peft, model(), manager), model(), "synthetic-tiny-llama3");
        }
        try (Safetensors theirs = Safetensors.open(peft.resolve(AdapterFiles.WEIGHTS));
                Safetensors ours = Safetensors.open(folder.resolve(AdapterFiles.WEIGHTS))) {
            assertThat(ours.tensors().keySet()).isEqualTo(theirs.tensors().keySet());
            for (String name : theirs.tensors().keySet()) {
                assertThat(ours.tensor(name).shape())
                        .isEqualTo(theirs.tensor(name).shape());
                assertThat(SharedData.floats(ours, name)).isEqualTo(SharedData.floats(theirs, name));
            }
        }
        JsonNode theirs = Json.read(peft.resolve(AdapterConfigFile.NAME), JsonNode.class);
        JsonNode ours = Json.read(folder.resolve(AdapterConfigFile.NAME), JsonNode.class);
        assertThat(names(ours)).isEqualTo(names(theirs));
        assertThat(ours.get("r")).isEqualTo(theirs.get("r"));
        assertThat(ours.get("lora_alpha")).isEqualTo(theirs.get("lora_alpha"));
        assertThat(ours.get("target_modules")).hasSameSizeAs(theirs.get("target_modules"));
    }

    @Test
    void theBytesDependOnTheAdapterAlone() throws IOException {
        try (NDManager manager = manager()) {
            LoraConfig config = new LoraConfig(4, 8.5, true, 0.1, java.util.Set.of(Projection.VALUE));
            for (String run : new String[] {"one", "two"})
                AdapterFiles.write(
                        folder.resolve(run), LoraAdapter.fresh(model(), config, 7, manager), model(), "base");
            for (String file : new String[] {AdapterFiles.WEIGHTS, AdapterConfigFile.NAME})
                assertThat(Sha256.of(folder.resolve("one").resolve(file)))
                        .isEqualTo(Sha256.of(folder.resolve("two").resolve(file)));
            assertThat(AdapterFiles.load(folder.resolve("one"), model(), manager)
                            .config())
                    .isEqualTo(config);
        }
    }

    /// PEFT saves a magnitude under its module's name alone, and reads it back under the same.
    @Test
    void magnitudesAreSavedUnderThePeftNameAndComeBack() throws IOException {
        LoraConfig config = new LoraConfig(4, 8, false, true, 0, java.util.Set.of(Projection.VALUE));
        try (NDManager manager = manager()) {
            LoraAdapter adapter = LoraAdapter.fresh(
                    model(),
                    config,
                    7,
                    java.util.Map.of(),
                    module -> manager.full(new Shape(32), 0.5f, DataType.FLOAT32),
                    manager);
            AdapterFiles.write(folder, adapter, model(), "base");
            try (Safetensors file = Safetensors.open(folder.resolve(AdapterFiles.WEIGHTS))) {
                assertThat(file.tensor("base_model.model.model.layers.0.self_attn.v_proj.lora_magnitude_vector")
                                .shape())
                        .containsExactly(32L);
            }
            assertThat(Json.read(folder.resolve(AdapterConfigFile.NAME), JsonNode.class)
                            .get("use_dora")
                            .asBoolean())
                    .isTrue();
            LoraAdapter loaded = AdapterFiles.load(folder, model(), manager);
            assertThat(loaded.config()).isEqualTo(config);
            assertThat(loaded.pairs().values())
                    .allSatisfy(pair -> assertThat(
                                    Objects.requireNonNull(pair.magnitude()).toFloatArray())
                            .containsOnly(0.5f));
            String named = Files.readString(folder.resolve(AdapterConfigFile.NAME));
            Files.writeString(
                    folder.resolve(AdapterConfigFile.NAME),
                    named.replaceAll("\"use_dora\" ?: true", "\"use_dora\": false"));
            assertThatThrownBy(() -> AdapterFiles.load(folder, model(), manager))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("lora_magnitude_vector, which belongs to no target");
        }
    }

    @Test
    void anAdapterOfAnotherBaseIsRefusedNamingTheTensor() {
        ModelConfig other = ModelConfig.read(SharedData.path("models/stories260k-hf"));
        try (NDManager manager = manager()) {
            assertThatThrownBy(() -> AdapterFiles.load(SharedData.path(MODEL + "/lora-init"), other, manager))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("layers.0.self_attn.q_proj.lora_A.weight must be [4, 64]")
                    .hasMessageContaining("was [4, 128]")
                    .hasMessageEndingWith("Use an adapter that was trained on this base model");
        }
    }

    @Test
    void aKindOfAdapterThatWouldComputeSomethingElseIsRefused() throws IOException {
        Files.writeString(folder.resolve(AdapterConfigFile.NAME), """
                {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "use_qalora": true}
                """);
        try (NDManager manager = manager()) {
            assertThatThrownBy(() -> AdapterFiles.load(folder, model(), manager))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("use_qalora is not supported");
        }
    }

    private static java.util.Set<String> names(JsonNode document) {
        java.util.Set<String> names = new java.util.TreeSet<>();
        document.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static ModelConfig model() {
        return ModelConfig.read(SharedData.path(MODEL));
    }

    private static NDManager manager() {
        return Engine.getEngine("LibTorch").newBaseManager(Device.cpu());
    }
}

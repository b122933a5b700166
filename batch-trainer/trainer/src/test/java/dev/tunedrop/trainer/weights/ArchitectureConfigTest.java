package dev.tunedrop.trainer.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.SharedData;

/// What families say of themselves in `config.json`.
class ArchitectureConfigTest {

    private static final String SIZES = """
            "vocab_size": 32, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3,
            "num_attention_heads": 4, "num_key_value_heads": 2""";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "mistral", "gemma2"})
    void aFamilysConfigurationInTheOlderDialectSaysTheSame(String family) throws IOException {
        Path directory = SharedData.path("models/synthetic-tiny-" + family);
        ObjectNode config = (ObjectNode) Json.read(directory.resolve(ModelConfig.FILE), JsonNode.class);
        JsonNode rope = config.remove("rope_parameters");
        config.set("rope_theta", rope.get("rope_theta"));
        config.remove("layer_types");
        config.set("torch_dtype", config.remove("dtype"));
        if (family.equals("gemma2")) config.remove(List.of("tie_word_embeddings", "use_bidirectional_attention"));
        Files.write(folder.resolve(ModelConfig.FILE), Json.bytes(config));
        assertThat(ModelConfig.read(folder)).isEqualTo(ModelConfig.read(directory));
    }

    @Test
    void aWindowIsANumberOrNullAndTheReferencesOwnWhereTheFileIsSilent() {
        assertThat(parse("\"model_type\": \"mistral\", \"sliding_window\": 48").architecture())
                .isEqualTo(new Mistral(48));
        assertThat(parse("\"model_type\": \"mistral\", \"sliding_window\": null")
                        .architecture())
                .isEqualTo(new Mistral(Architecture.NO_WINDOW));
        assertThat(parse("\"model_type\": \"mistral\"").architecture()).isEqualTo(new Mistral(4096));
    }

    @Test
    void qwensWindowCountsOnlyWhereItIsSwitchedOnAndOnlyForTheLaterLayers() {
        String window = "\"model_type\": \"qwen2\", \"sliding_window\": 8, \"max_window_layers\": 2";
        assertThat(parse(window).architecture()).isEqualTo(new Qwen2(List.of()));
        assertThat(parse(window + ", \"use_sliding_window\": true").architecture())
                .isEqualTo(new Qwen2(List.of(Architecture.NO_WINDOW, Architecture.NO_WINDOW, 8)));
    }

    @Test
    void gemmasLayersAlternateItsHeadIsTiedAndNullIsNoCap() {
        ModelConfig config = parse("""
                "model_type": "gemma2", "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh",
                "head_dim": 8, "query_pre_attn_scalar": 144, "sliding_window": 5, "attn_logit_softcapping": null""");
        assertThat(config.tiedHead()).isTrue();
        assertThat(config.architecture()).isEqualTo(new Gemma2(144, 0, 30, List.of(5, Architecture.NO_WINDOW, 5)));
        assertThat(config.architecture().scale(8)).isEqualTo(1.0 / 12);
    }

    @Test
    void aVariantThatWouldComputeSomethingElseIsRefusedByItsField() {
        assertThatThrownBy(() -> parse("\"model_type\": \"gemma2\", \"hidden_activation\": \"gelu\""))
                .isInstanceOf(UserMistake.class)
                .hasMessage(
                        "config.json: hidden_activation \"gelu\" is not supported. Use a model with gelu_pytorch_tanh");
        assertThatThrownBy(() -> parse("\"model_type\": \"llama\", \"attention_bias\": true"))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("attention_bias is true, which is not supported");
        assertThatThrownBy(() -> parse("\"model_type\": \"gemma2\", \"query_pre_attn_scalar\": 0"))
                .hasMessageContaining("query_pre_attn_scalar must be above 0, was 0");
    }

    @ParameterizedTest
    @CsvSource({
        "bloom, apply_residual_connection_post_layernorm, true",
        "bert, is_decoder, true",
        "bert, add_cross_attention, true",
        "bert, hidden_act, '\"relu\"'",
        "bert, position_embedding_type, '\"relative_key\"'"
    })
    void whatBloomAndBertDoNotComputeIsRefusedByItsField(String family, String field, String value) {
        assertThatThrownBy(() -> parse("\"model_type\": \"%s\", \"%s\": %s".formatted(family, field, value)))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining(field)
                .hasMessageContaining("not supported");
    }

    /// BLOOM's files leave the model's name out; the oldest of BERT's call a norm's tensors gamma and beta as well.
    @ParameterizedTest
    @CsvSource({
        "bloom, 'transformer.=', ''",
        "bert, 'bert.=', ''",
        "bert, 'LayerNorm.weight=LayerNorm.gamma', ''",
        "bert, 'bert.=', 'LayerNorm.bias=LayerNorm.beta'"
    })
    void theFamilysOtherNamesOfItsTensorsAreKnown(String family, String first, String second) throws IOException {
        ModelConfig config = parse("\"model_type\": \"%s\"".formatted(family));
        List<ModelTensor> wanted = ModelTensors.of(config);
        List<SafetensorsWriter.Tensor> tensors = wanted.stream()
                .map(tensor -> renamed(renamed(tensor.name(), first), second))
                .map(name -> SafetensorsWriter.Tensor.ofFloats(name, new long[] {1}, 0))
                .toList();
        SafetensorsWriter.write(folder.resolve(Checkpoint.SINGLE), Map.of(), tensors);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.names())
                    .isNotEqualTo(wanted.stream().map(ModelTensor::name).collect(toSet()));
            for (ModelTensor tensor : wanted)
                assertThat(checkpoint.nameOf(tensor, config)).as(tensor.name()).isPresent();
        }
    }

    private static String renamed(String name, String change) {
        if (change.isEmpty()) return name;
        String[] parts = change.split("=", -1);
        return name.replace(parts[0], parts[1]);
    }

    private static ModelConfig parse(String fields) {
        return ModelConfig.parse(Json.tree("{%s, %s}".formatted(fields, SIZES).getBytes(UTF_8), "test"), "config.json");
    }
}

package dev.tunedrop.trainer.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.json.Json;

/// Shapes and parameter counts of published models. Both were written down by hand, not read from the models' files;
/// that the one gives the other to the last parameter is what speaks for them.
class RealModelsTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Llama 3.1 8B   | llama   | 128256 | 4096  | 14336 | 32  | 32  | 8  |     | false | 8030261248",
                "Llama 3.1 70B  | llama   | 128256 | 8192  | 28672 | 80  | 64  | 8  |     | false | 70553706496",
                "Llama 3.1 405B | llama   | 128256 | 16384 | 53248 | 126 | 128 | 8  |     | false | 405853388800",
                "Qwen2.5 0.5B   | qwen2   | 151936 | 896   | 4864  | 24  | 14  | 2  |     | true  | 494032768",
                "Qwen2.5 7B     | qwen2   | 152064 | 3584  | 18944 | 28  | 28  | 4  |     | false | 7615616512",
                "Qwen2.5 72B    | qwen2   | 152064 | 8192  | 29568 | 80  | 64  | 8  |     | false | 72706203648",
                "Mistral 7B     | mistral | 32768  | 4096  | 14336 | 32  | 32  | 8  |     | false | 7248023552",
                "Mistral NeMo   | mistral | 131072 | 5120  | 14336 | 40  | 32  | 8  | 128 | false | 12247782400",
                "Mistral Large  | mistral | 32768  | 12288 | 28672 | 88  | 96  | 8  | 128 | false | 122610069504",
                "Gemma 2 9B     | gemma2  | 256000 | 3584  | 14336 | 42  | 16  | 8  | 256 | true  | 9241705984",
                "Gemma 2 27B    | gemma2  | 256000 | 4608  | 36864 | 46  | 32  | 16 | 128 | true  | 27227128320"
            })
    void countsItsParameters(
            String name,
            String type,
            int vocabulary,
            int hidden,
            int intermediate,
            int layers,
            int heads,
            int kvHeads,
            Integer headDim,
            boolean tied,
            long parameters) {
        ModelConfig config = parse("""
                {"model_type": "%s", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": %d, "num_attention_heads": %d, "num_key_value_heads": %d,
                 "tie_word_embeddings": %b%s}""".formatted(
                        type,
                        vocabulary,
                        hidden,
                        intermediate,
                        layers,
                        heads,
                        kvHeads,
                        tied,
                        headDim == null ? "" : ", \"head_dim\": " + headDim));
        assertThat(count(config)).isEqualTo(parameters);
    }

    @ParameterizedTest
    @CsvSource({"n_embed, n_layer, num_attention_heads", "hidden_size, num_hidden_layers, n_head"})
    void bloom7b1CountsItsParametersUnderEitherNames(String width, String depth, String heads) {
        ModelConfig config = parse("""
                {"model_type": "bloom", "vocab_size": 250880, "%s": 4096, "%s": 30, "%s": 32, "n_inner": null}""".formatted(width, depth, heads));
        assertThat(config.intermediate()).isEqualTo(16384);
        assertThat(config.headDim()).isEqualTo(128);
        assertThat(count(config)).isEqualTo(7_069_016_064L);
    }

    /// 109,482,240 with the pooler and without a head; the masked head adds a transform, its norm and a bias.
    @ParameterizedTest
    @CsvSource({"30522, 108891648"})
    void bertBaseCountsItsParameters(int vocabulary, long encoder) {
        ModelConfig config = parse("""
                {"model_type": "bert", "vocab_size": %d, "hidden_size": 768, "intermediate_size": 3072,
                 "num_hidden_layers": 12, "num_attention_heads": 12, "max_position_embeddings": 512,
                 "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}""".formatted(vocabulary));
        long masked = 768L * 768 + 768 + 2 * 768 + vocabulary;
        long pooler = 768L * 768 + 768;
        assertThat(count(config)).isEqualTo(encoder + masked);
        assertThat(count(config.withLabels(java.util.List.of("a", "b")))).isEqualTo(encoder + pooler + 2 * 768 + 2);
        assertThat(encoder + pooler).isEqualTo(109_482_240);
        assertThat(config.normEpsilon()).isEqualTo(1e-12);
    }

    private static long count(ModelConfig config) {
        return ModelTensors.of(config).stream().mapToLong(ModelTensor::elements).sum();
    }

    private static ModelConfig parse(String json) {
        return ModelConfig.parse(Json.tree(json.getBytes(UTF_8), "test"), "config.json");
    }
}

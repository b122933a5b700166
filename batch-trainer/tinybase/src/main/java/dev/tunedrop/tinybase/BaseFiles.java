package dev.tunedrop.tinybase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// Writes the tiny base's files other than its weights, in Hugging Face layout: a Llama of about 2.7 million
/// parameters, its tokenizer and its chat template.
final class BaseFiles {

    static final String BEGIN = "<|begin|>";
    static final String END = "<|end|>";
    static final List<String> CONTROL = List.of(BEGIN, END, "<|system|>", "<|user|>", "<|assistant|>", "<|pad|>");
    static final int LONGEST = 1024;

    private static final String TEMPLATE = """
            {{- bos_token }}
            {%- for message in messages %}
                {%- if message['role'] not in ['system', 'user', 'assistant'] %}
                    {{- raise_exception('this model knows the roles system, user and assistant') }}
                {%- endif %}
                {{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|assistant|>' }}
            {%- endif %}
            """;

    private BaseFiles() {}

    static void write(Path directory, ByteLevelBpe.Learnt vocabulary) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("tokenizer.json"), Json.writeLine(tokenizer(vocabulary)));
        Files.writeString(directory.resolve("chat_template.jinja"), TEMPLATE);
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                Json.write(ordered(
                        "tokenizer_class",
                        "PreTrainedTokenizerFast",
                        "bos_token",
                        BEGIN,
                        "eos_token",
                        END,
                        "pad_token",
                        "<|pad|>",
                        "model_max_length",
                        LONGEST,
                        "clean_up_tokenization_spaces",
                        false)));
        Files.writeString(
                directory.resolve("config.json"),
                Json.write(config(CONTROL.size() + vocabulary.tokens().size())));
        Files.writeString(
                directory.resolve("generation_config.json"),
                Json.write(ordered("bos_token_id", 0, "eos_token_id", 1, "pad_token_id", 5)));
    }

    private static Map<String, Object> config(int vocabulary) {
        return ordered(
                "architectures",
                List.of("LlamaForCausalLM"),
                "model_type",
                "llama",
                "vocab_size",
                vocabulary,
                "hidden_size",
                192,
                "intermediate_size",
                512,
                "num_hidden_layers",
                6,
                "num_attention_heads",
                6,
                "num_key_value_heads",
                2,
                "head_dim",
                32,
                "hidden_act",
                "silu",
                "max_position_embeddings",
                LONGEST,
                "rms_norm_eps",
                1e-5,
                "rope_theta",
                10000.0,
                "attention_bias",
                false,
                "mlp_bias",
                false,
                "tie_word_embeddings",
                true,
                "initializer_range",
                0.02,
                "bos_token_id",
                0,
                "eos_token_id",
                1,
                "pad_token_id",
                5,
                "torch_dtype",
                "bfloat16");
    }

    private static Map<String, Object> tokenizer(ByteLevelBpe.Learnt vocabulary) {
        List<Map<String, Object>> added = new ArrayList<>();
        Map<String, Object> ids = new LinkedHashMap<>();
        for (String control : CONTROL) {
            added.add(ordered(
                    "id", ids.size(),
                    "content", control,
                    "single_word", false,
                    "lstrip", false,
                    "rstrip", false,
                    "normalized", false,
                    "special", true));
            ids.put(control, ids.size());
        }
        for (String token : vocabulary.tokens()) ids.put(token, ids.size());
        Map<String, Object> bytes =
                ordered("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", false, "use_regex", false);
        Map<String, Object> words = ordered(
                "type",
                "Split",
                "pattern",
                Map.of("Regex", ByteLevelBpe.WORDS),
                "behavior",
                "Isolated",
                "invert",
                false);
        Map<String, Object> model = ordered(
                "type",
                "BPE",
                "dropout",
                null,
                "unk_token",
                null,
                "continuing_subword_prefix",
                null,
                "end_of_word_suffix",
                null,
                "fuse_unk",
                false,
                "byte_fallback",
                false,
                "ignore_merges",
                false,
                "vocab",
                ids,
                "merges",
                vocabulary.merges().stream()
                        .map(merge -> merge.left() + " " + merge.right())
                        .toList());
        return ordered(
                "version",
                "1.0",
                "added_tokens",
                added,
                "pre_tokenizer",
                ordered("type", "Sequence", "pretokenizers", List.of(words, bytes)),
                "post_processor",
                postProcessor(),
                "decoder",
                bytes,
                "model",
                model);
    }

    /// Plain text begins with the begin token, as chats do by their template.
    private static Map<String, Object> postProcessor() {
        Map<String, Object> begin = Map.of("SpecialToken", ordered("id", BEGIN, "type_id", 0));
        return ordered(
                "type", "TemplateProcessing",
                "single", List.of(begin, Map.of("Sequence", ordered("id", "A", "type_id", 0))),
                "pair",
                        List.of(
                                begin,
                                Map.of("Sequence", ordered("id", "A", "type_id", 0)),
                                Map.of("Sequence", ordered("id", "B", "type_id", 1))),
                "special_tokens", Map.of(BEGIN, ordered("id", BEGIN, "ids", List.of(0), "tokens", List.of(BEGIN))));
    }

    /// A mapping in the order written; a null value is left out.
    private static Map<String, Object> ordered(@Nullable Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) map.put(String.valueOf(pairs[i]), value);
        }
        return map;
    }
}

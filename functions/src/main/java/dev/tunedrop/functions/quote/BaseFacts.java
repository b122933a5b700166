package dev.tunedrop.functions.quote;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.RunSettings;

/// The sizes of a base model, from its `config.json` in Hugging Face's names.
///
/// @param hidden H
/// @param layers L
/// @param intermediate F
/// @param queryWidth heads times head size
/// @param keyWidth key/value heads times head size
/// @param vocabulary V
/// @param tied whether embedding and head are one matrix
public record BaseFacts(
        String name,
        long hidden,
        long layers,
        long intermediate,
        long queryWidth,
        long keyWidth,
        long vocabulary,
        boolean tied) {

    public static BaseFacts read(String name, JsonNode config) {
        long hidden = positive(config, name, "hidden_size");
        long heads = positive(config, name, "num_attention_heads");
        long headSize = config.path("head_dim").asLong(hidden / heads);
        return new BaseFacts(
                name,
                hidden,
                positive(config, name, "num_hidden_layers"),
                positive(config, name, "intermediate_size"),
                heads * headSize,
                config.path("num_key_value_heads").asLong(heads) * headSize,
                positive(config, name, "vocab_size"),
                config.path("tie_word_embeddings").asBoolean(tiedByDefault(config)));
    }

    /// Gemma's files leave out that its head is its embedding.
    private static boolean tiedByDefault(JsonNode config) {
        return config.path("model_type").asText("").equals("gemma2");
    }

    private static long positive(JsonNode config, String name, String field) {
        long value = config.path(field).asLong(0);
        if (value <= 0) throw new InvalidDocument(name + "/config.json: " + field + " is missing or not above 0");
        return value;
    }

    /// The linear layers of one block: output and input widths.
    private record Linear(String name, long out, long in) {}

    private List<Linear> linears() {
        return List.of(
                new Linear("q_proj", queryWidth, hidden),
                new Linear("k_proj", keyWidth, hidden),
                new Linear("v_proj", keyWidth, hidden),
                new Linear("o_proj", hidden, queryWidth),
                new Linear("gate_proj", intermediate, hidden),
                new Linear("up_proj", intermediate, hidden),
                new Linear("down_proj", hidden, intermediate));
    }

    /// Weights in the linear layers of all blocks.
    public long linearWeights() {
        return layers * linears().stream().mapToLong(l -> l.out() * l.in()).sum();
    }

    /// Weights of embedding and head.
    public long tableWeights() {
        return (tied ? 1 : 2) * vocabulary * hidden;
    }

    /// Weights a token passes through.
    public long activeWeights() {
        return linearWeights() + vocabulary * hidden;
    }

    public long weights() {
        return linearWeights() + tableWeights() + (2 * layers + 1) * hidden;
    }

    /// Weights of an adapter: A (R, I) and B (O, R) for every target.
    public long adapterWeights(RunSettings settings) {
        boolean all = settings.targets().equals(List.of(RunSettings.ALL_LINEAR));
        return layers
                * linears().stream()
                        .filter(l -> all || settings.targets().contains(l.name()))
                        .mapToLong(l -> settings.rank() * (l.out() + l.in()))
                        .sum();
    }
}

package dev.tunedrop.functions.quote;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TrainingMemory;

/// The sizes of a base model, from its `config.json` in Hugging Face's names.
///
/// @param hidden H
/// @param layers L
/// @param intermediate F
/// @param queryWidth heads times head size
/// @param keyWidth key/value heads times head size
/// @param vocabulary V
/// @param tied whether embedding and head are one matrix
/// @param family what names the linear layers: `bloom`, `bert`, or any other for the gated kind
public record BaseFacts(
        String name,
        long hidden,
        long layers,
        long intermediate,
        long queryWidth,
        long keyWidth,
        long vocabulary,
        boolean tied,
        String family) {

    private static final int BLOOM_WIDENING = 4;

    public static BaseFacts read(String name, JsonNode config) {
        String family = config.path("model_type").asText("");
        long hidden = positive(config, name, "hidden_size", "n_embed");
        long heads = positive(config, name, "num_attention_heads", "n_head");
        long headSize = config.path("head_dim").asLong(hidden / heads);
        return new BaseFacts(
                name,
                hidden,
                positive(config, name, "num_hidden_layers", "n_layer"),
                family.equals("bloom") ? BLOOM_WIDENING * hidden : positive(config, name, "intermediate_size"),
                heads * headSize,
                config.path("num_key_value_heads").asLong(heads) * headSize,
                positive(config, name, "vocab_size"),
                config.path("tie_word_embeddings").asBoolean(tiedByDefault(family)),
                family);
    }

    /// The files of these families leave out that the head is the embedding.
    private static boolean tiedByDefault(String family) {
        return List.of("gemma", "gemma2", "bloom", "bert").contains(family);
    }

    /// Whether it writes text; an encoder only labels it, and learns from rows of text and label alone.
    boolean generates() {
        return !family.equals("bert");
    }

    private static long positive(JsonNode config, String name, String... fields) {
        for (String field : fields) {
            long value = config.path(field).asLong(0);
            if (value > 0) return value;
        }
        throw new InvalidDocument(name + "/config.json: " + fields[0] + " is missing or not above 0");
    }

    /// The linear layers of one block: output and input widths.
    private record Linear(String name, long out, long in) {}

    private List<Linear> linears() {
        return switch (family) {
            case "bloom" ->
                List.of(
                        new Linear("query_key_value", 3 * hidden, hidden),
                        new Linear("dense", hidden, hidden),
                        new Linear("dense_h_to_4h", intermediate, hidden),
                        new Linear("dense_4h_to_h", hidden, intermediate));
            case "bert" ->
                List.of(
                        new Linear("query", hidden, hidden),
                        new Linear("key", hidden, hidden),
                        new Linear("value", hidden, hidden),
                        new Linear("attention.output.dense", hidden, hidden),
                        new Linear("intermediate.dense", intermediate, hidden),
                        new Linear("output.dense", hidden, intermediate));
            default ->
                List.of(
                        new Linear("q_proj", queryWidth, hidden),
                        new Linear("k_proj", keyWidth, hidden),
                        new Linear("v_proj", keyWidth, hidden),
                        new Linear("o_proj", hidden, queryWidth),
                        new Linear("gate_proj", intermediate, hidden),
                        new Linear("up_proj", intermediate, hidden),
                        new Linear("down_proj", hidden, intermediate));
        };
    }

    /// Weights in the linear layers of all blocks.
    public long linearWeights() {
        return layers * linears().stream().mapToLong(l -> l.out() * l.in()).sum();
    }

    /// Weights of embedding and head.
    public long tableWeights() {
        return (tied ? 1 : 2) * vocabulary * hidden;
    }

    /// Weights a token passes through; a classifier's top, which one token of a row passes through, is small beside.
    public long activeWeights() {
        return generates() ? linearWeights() + vocabulary * hidden : linearWeights();
    }

    public long weights() {
        return linearWeights() + tableWeights() + (2 * layers + 1) * hidden;
    }

    /// The class of size that runs are compared by: the nearest power of two of its weights.
    public String sizeClass() {
        return "2^" + Math.round(Math.log((double) weights()) / Math.log(2));
    }

    boolean sameSizes(BaseFacts other) {
        return hidden == other.hidden
                && layers == other.layers
                && intermediate == other.intermediate
                && keyWidth == other.keyWidth
                && vocabulary == other.vocabulary;
    }

    TrainingMemory.Sizes memorySizes() {
        return new TrainingMemory.Sizes(
                linearWeights(),
                tableWeights(),
                linears().stream().mapToLong(l -> l.out() * l.in()).max().orElse(0),
                layers,
                hidden,
                intermediate,
                keyWidth,
                generates() ? vocabulary : 0);
    }

    /// Weights that a run changes: an adapter's A (R, I) and B (O, R) for every target, or all.
    public long trainedWeights(RunSettings settings, RunSettings.Method method) {
        if (method == RunSettings.Method.FULL) return weights();
        boolean all = settings.targets().equals(List.of(RunSettings.ALL_LINEAR));
        return layers
                * linears().stream()
                        .filter(l -> all || settings.targets().contains(l.name()))
                        .mapToLong(l -> settings.rank() * (l.out() + l.in()))
                        .sum();
    }
}

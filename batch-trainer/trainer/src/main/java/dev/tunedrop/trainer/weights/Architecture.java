package dev.tunedrop.trainer.weights;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.tunedrop.events.UserMistake;

/// What sets one family of models apart. The methods' own answers are Llama's; a family overrides what differs, in one
/// file, and has one golden test.
public sealed interface Architecture permits Bert, Bloom, GemmaFamily, Llama, Mistral, Qwen2 {

    /// The window of a layer in which every earlier key is seen.
    int NO_WINDOW = Integer.MAX_VALUE;

    /// A norm before each part of a layer, as most families have it.
    Map<NormPlace, String> PRE_NORMS = Map.of(
            NormPlace.BEFORE_ATTENTION, "input_layernorm", NormPlace.BEFORE_FEED_FORWARD, "post_attention_layernorm");

    /// Separate queries, keys and values and a gate, as most families have them.
    Map<Projection, String> USUAL_LINEARS = ordered(Map.of(
            Projection.QUERY, "self_attn.q_proj",
            Projection.KEY, "self_attn.k_proj",
            Projection.VALUE, "self_attn.v_proj",
            Projection.OUTPUT, "self_attn.o_proj",
            Projection.GATE, "mlp.gate_proj",
            Projection.UP, "mlp.up_proj",
            Projection.DOWN, "mlp.down_proj"));

    /// Reads what `config.json` says of the family.
    ///
    /// @throws UserMistake naming a family, or a variant of one, that is not supported
    static Architecture read(ConfigFields config) {
        String type = config.text("model_type", "");
        return switch (type) {
            case "bert" -> Bert.read(config);
            case "bloom" -> Bloom.read(config);
            case "gemma" -> Gemma.read(config);
            case "gemma2" -> Gemma2.read(config);
            case "llama" -> Llama.read(config);
            case "mistral" -> Mistral.read(config);
            case "qwen2" -> Qwen2.read(config);
            default ->
                throw new UserMistake(
                        "%s: model_type \"%s\" is not supported. Use a model of type bert, bloom, gemma, gemma2, llama, mistral or qwen2"
                                .formatted(config.file(), type));
        };
    }

    /// The same document under the names of sizes that most families use.
    default ConfigFields usual(ConfigFields config) {
        return config;
    }

    /// The linear maps of a layer and the names of their modules in it, in the order of [Projection].
    default Map<Projection, String> linears() {
        return USUAL_LINEARS;
    }

    /// Before a layer's number in the names of its modules.
    default String layers() {
        return "model.layers.";
    }

    /// The modules around the layers.
    default OuterModules outer() {
        return OuterModules.USUAL;
    }

    /// Other names under which checkpoints keep a tensor.
    default List<String> aliases(String tensor) {
        return List.of();
    }

    /// Rows of the segment embedding, of a family that has one.
    default int types() {
        return 0;
    }

    /// The linear maps that have a bias.
    default Set<Projection> biased() {
        return Set.of();
    }

    /// Whether a token sees only itself and what is before it.
    default boolean causal() {
        return true;
    }

    /// Whether queries and keys are turned by their positions.
    default boolean rotary() {
        return true;
    }

    /// Whether scores fall linearly with the distance of query and key (ALiBi).
    default boolean linearBias() {
        return false;
    }

    /// How many keys up to its own a query of this layer sees.
    default int window(int layer) {
        return NO_WINDOW;
    }

    /// What scores are multiplied by, for heads of width D: 1 / √D.
    default double scale(int headDim) {
        return 1 / Math.sqrt(headDim);
    }

    /// The soft cap of attention scores, or 0 where there is none.
    default double attentionCap() {
        return 0;
    }

    /// The soft cap of logits, or 0 where there is none.
    default double logitCap() {
        return 0;
    }

    /// The norms of a layer and the names of their modules in it.
    default Map<NormPlace, String> norms() {
        return PRE_NORMS;
    }

    /// Whether norms subtract the mean and add a bias, or divide by the root of the mean square alone.
    default boolean centredNorms() {
        return false;
    }

    /// What is added to the weight of a norm before it multiplies.
    default double normOffset() {
        return 0;
    }

    default Activation activation() {
        return Activation.SWIGLU;
    }

    /// What embeddings of width C are multiplied by.
    default double embeddingScale(int hidden) {
        return 1;
    }

    /// Whether the head is the embedding in a file that does not say.
    default boolean tiedByDefault() {
        return false;
    }

    /// D in a file that does not say.
    default int headDim(int hidden, int heads) {
        return hidden / heads;
    }

    /// The same maps in the order of [Projection].
    static Map<Projection, String> ordered(Map<Projection, String> linears) {
        return Collections.unmodifiableMap(new EnumMap<>(linears));
    }
}

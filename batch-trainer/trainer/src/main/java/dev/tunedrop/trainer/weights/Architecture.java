package dev.tunedrop.trainer.weights;

import java.util.Map;
import java.util.Set;

import dev.tunedrop.events.UserMistake;

/// What sets one family of decoders apart. The methods' own answers are Llama's; a family overrides what differs, in
/// one file, and has one golden test.
public sealed interface Architecture permits Gemma2, Llama, Mistral, Qwen2 {

    /// The window of a layer in which every earlier key is seen.
    int NO_WINDOW = Integer.MAX_VALUE;

    /// A norm before each part of a layer, as most families have it.
    Map<NormPlace, String> PRE_NORMS = Map.of(
            NormPlace.BEFORE_ATTENTION, "input_layernorm", NormPlace.BEFORE_FEED_FORWARD, "post_attention_layernorm");

    /// Reads what `config.json` says of the family.
    ///
    /// @throws UserMistake naming a family, or a variant of one, that is not supported
    static Architecture read(ConfigFields config) {
        String type = config.text("model_type", "");
        return switch (type) {
            case "gemma2" -> Gemma2.read(config);
            case "llama" -> Llama.read(config);
            case "mistral" -> Mistral.read(config);
            case "qwen2" -> Qwen2.read(config);
            default ->
                throw new UserMistake(
                        "%s: model_type \"%s\" is not supported. Use a model of type gemma2, llama, mistral or qwen2"
                                .formatted(config.file(), type));
        };
    }

    /// The linear maps that have a bias.
    default Set<Projection> biased() {
        return Set.of();
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

    /// What is added to the weight of a norm before it multiplies.
    default double normOffset() {
        return 0;
    }

    default Activation activation() {
        return Activation.SILU;
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
}

package dev.tunedrop.trainer.weights;

import org.jspecify.annotations.Nullable;

/// The names of the modules around the layers; absent: a family has no such module.
///
/// @param tokens the embedding of token ids
/// @param positions the embedding of positions
/// @param types the embedding of segment types, of which the first is used
/// @param embeddingNorm of the embeddings' sum
/// @param norm of the last layer's output
/// @param head the map to logits, where it is not the embedding
/// @param masked what a masked language model has before the head
/// @param classifier what a classifier has in place of the head
public record OuterModules(
        String tokens,
        @Nullable String positions,
        @Nullable String types,
        @Nullable String embeddingNorm,
        @Nullable String norm,
        String head,
        @Nullable MaskedHead masked,
        @Nullable Classifier classifier) {

    /// As most families name them.
    public static final OuterModules USUAL =
            new OuterModules("model.embed_tokens", null, null, null, "model.norm", "lm_head", null, null);

    /// @param transform a linear map, its Gaussian error unit and its norm before the head
    /// @param bias of the logits: a tensor, not a module
    public record MaskedHead(String transform, String transformNorm, String bias) {}

    /// Both are trained whole: a checkpoint that was made for another purpose has neither, or the first alone.
    ///
    /// @param pooler a linear map of each row's first token, through a hyperbolic tangent
    /// @param head the map from there to the labels
    public record Classifier(String pooler, String head) {}
}

package dev.tunedrop.trainer.model;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.DropoutMask;
import dev.tunedrop.trainer.op.EmbeddingNoise;
import dev.tunedrop.trainer.op.TokenDraws;

/// The random numbers of one pass.
///
/// @param tokens absent: the pass draws none
/// @param noise on the embeddings, if any
record Draw(@Nullable TokenDraws tokens, @Nullable EmbeddingNoise noise) {

    /// As in scoring: no dropout, no noise.
    static final Draw NONE = new Draw(null, null);

    /// Dropout before the linear map at `place`, if any.
    @Nullable
    DropoutMask dropout(long place, double probability) {
        return tokens == null || probability == 0 ? null : new DropoutMask(tokens, place, probability);
    }
}

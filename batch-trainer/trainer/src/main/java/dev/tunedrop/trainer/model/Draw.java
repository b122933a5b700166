package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDManager;
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

    /// The same, for a pass on this manager's device.
    Draw in(NDManager pass) {
        return tokens == null ? this : new Draw(tokens.in(pass), noise);
    }

    /// Dropout before the linear map at `place`, if any.
    @Nullable
    DropoutMask dropout(long place, double probability) {
        return tokens == null || probability == 0 ? null : new DropoutMask(tokens, place, probability);
    }
}

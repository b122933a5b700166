package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// NEFTune (Jain et al. 2023, Algorithm 1): uniform noise on the embeddings while training.
///
/// ```
/// forward    y[t, c] = x[t, c] + α / √(L C) · u      u uniform in [-1, 1), L tokens of t's row
/// backward   dx = dy
/// ```
///
/// L is the row's own length: a row gets the same noise packed and alone.
///
/// @param draws of the micro-batch's tokens
/// @param lengths tokens of each row
/// @param alpha α
@SuppressWarnings("ArrayRecordComponent") // lengths of one batch, never compared
public record EmbeddingNoise(TokenDraws draws, int[] lengths, double alpha) {

    private static final long PLACE = TokenDraws.place("embed_tokens");

    /// x (T, C) + noise, in place.
    public NDArray addTo(NDArray x) {
        int columns = Math.toIntExact(x.getShape().get(1));
        float[] noise = draws.values(PLACE, columns, bits -> bits * 0x1p-31f - 1);
        int at = 0;
        for (int length : lengths) {
            float bound = (float) (alpha / Math.sqrt((double) length * columns));
            for (int end = at + length * columns; at < end; at++) noise[at] *= bound;
        }
        try (NDArray added = Casts.to(x.getDataType(), x.getManager().create(noise, x.getShape()))) {
            return Ops.add_(x, added, 1);
        }
    }
}

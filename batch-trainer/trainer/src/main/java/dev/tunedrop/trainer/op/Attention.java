package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.Ops;

/// Causal attention within each row of a micro-batch; query heads share key heads in groups of H / K.
///
/// ```
/// forward    p = softmax(q kᵀ / √D)        keys of the same row, up to the query's own position
///            o = p v                        (T, H, D)
/// backward   dv = pᵀ do
///            ds = p ⊙ (do vᵀ - Σ_D do ⊙ o)
///            dq = ds k / √D                 dk = dsᵀ q / √D
/// ```
///
/// The kernels behind it never hold p whole; they keep the logarithm of its normaliser, lse (H, T).
///
/// @param rows where the rows of the micro-batch begin and end
/// @param scale 1 / √D
public record Attention(Rows rows, double scale) {

    /// What the backward pass needs beside q, k and v: o (T, H, D) and lse.
    public record Kept(dev.tunedrop.libtorch.Attention result) {

        public NDArray out() {
            return result.out();
        }
    }

    /// @param q (T, H, D)
    /// @param k (T, K, D)
    /// @param v (T, K, D)
    public Kept forward(NDArray q, NDArray k, NDArray v) {
        return new Kept(Ops.attentionVarlen(q, k, v, rows.starts(), rows.lengths(), rows.longest(), true, scale));
    }

    /// @param dout (T, H, D)
    public AttentionGrads backward(NDArray dout, NDArray q, NDArray k, NDArray v, Kept kept) {
        return Ops.attentionVarlenBackward(
                dout, q, k, v, kept.result, rows.starts(), rows.lengths(), rows.longest(), true, scale);
    }
}

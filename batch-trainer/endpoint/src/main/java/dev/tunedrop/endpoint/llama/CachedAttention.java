package dev.tunedrop.endpoint.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.Attention;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Casts;

/// Attention of new tokens on those kept and on each other.
///
/// ```
/// one new token        o = attention(q, all keys)                       every key is before it or is its own
/// first tokens         o = causal attention(q, own keys)
/// later tokens         o₁, l₁ = attention(q, kept keys)                 l the logarithm of the normaliser
///                      o₂, l₂ = causal attention(q, own keys)
///                      o = o₂ + σ(l₁ - l₂) (o₁ - o₂)                    the two parts in the weights of one softmax
/// ```
///
/// @param scale 1 / √D
record CachedAttention(double scale) {

    /// @param q (1, H, T, D)
    /// @param k (1, K, T, D), of the same tokens
    /// @param v (1, K, T, D)
    /// @param position how many tokens are kept from before; those of this call are kept too
    /// @return (1, H, T, D)
    NDArray forward(NDArray q, NDArray k, NDArray v, KeyValueCache cache, int position, NDManager scope) {
        if (q.getShape().get(2) == 1) {
            return Ops.attention(q, cache.keys(position + 1, scope), cache.values(position + 1, scope), false, scale)
                    .out();
        }
        Attention own = Ops.attention(q, k, v, true, scale);
        if (position == 0) return own.out();
        Attention past = Ops.attention(q, cache.keys(position, scope), cache.values(position, scope), false, scale);
        NDArray share = Ops.sigmoid(past.logSumExp().sub(own.logSumExp())).expandDims(-1);
        return Ops.lerp_(own.out(), past.out(), Casts.to(q.getDataType(), share));
    }
}

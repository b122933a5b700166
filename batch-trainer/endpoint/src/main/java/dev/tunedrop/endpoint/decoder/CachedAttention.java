package dev.tunedrop.endpoint.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.Attention;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Casts;
import dev.tunedrop.trainer.op.MaskedAttention;

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
/// Where the tokens reach further back than the layer's window, or scores are capped or biased, [MaskedAttention]
/// computes it over the keys that a window can reach.
///
/// @param form scale, window, cap and bias of the scores
record CachedAttention(MaskedAttention form) {

    /// @param q (1, H, T, D)
    /// @param k (1, K, T, D), of the same tokens
    /// @param v (1, K, T, D)
    /// @param position how many tokens are kept from before; those of this call are kept too
    /// @return (1, H, T, D)
    NDArray forward(NDArray q, NDArray k, NDArray v, KeyValueCache cache, int position, NDManager scope) {
        int tokens = Math.toIntExact(q.getShape().get(2));
        int first = Math.max(0, position - form.window() + 1);
        int count = position + tokens - first;
        if (tokens == 1 && form.isProduct()) { // of one token a window leaves the last keys, all of them seen
            return Ops.attention(
                            q, cache.keys(first, count, scope), cache.values(first, count, scope), false, form.scale())
                    .out();
        }
        if (!form.isPlain(position + tokens)) {
            NDArray keys = cache.keys(first, count, scope).squeeze(0);
            NDArray values = cache.values(first, count, scope).squeeze(0);
            return form.forward(q.squeeze(0), keys, values).expandDims(0);
        }
        Attention own = Ops.attention(q, k, v, true, form.scale());
        if (position == 0) return own.out();
        Attention past =
                Ops.attention(q, cache.keys(0, position, scope), cache.values(0, position, scope), false, form.scale());
        NDArray share = Ops.sigmoid(past.logSumExp().sub(own.logSumExp())).expandDims(-1);
        return Ops.lerp_(own.out(), past.out(), Casts.to(q.getDataType(), share));
    }
}

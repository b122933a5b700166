package dev.tunedrop.libtorch;

import ai.djl.ndarray.NDArray;

/// What attention answers and its backward pass needs again.
///
/// @param out       as q: (B, H, T, D), or (T, H, D) for packed sequences. In memory D is innermost and H next, so
///                  that a permutation to (…, T, H D) is a view
/// @param logSumExp log Σ exp(scale q kᵀ) of each query, fp32: (B, H, T), or (H, T) for packed sequences
public record Attention(NDArray out, NDArray logSumExp) {}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

/// A normalisation of each token's vector, with trained weights.
public sealed interface Norm permits LayerNorm, RmsNorm {

    /// x (T, C) → y (T, C)
    NDArray forward(NDArray x);

    /// Adds to the gradients of what is trained.
    ///
    /// @param x (T, C), the input of the forward pass
    /// @param dy (T, C)
    /// @return dx (T, C)
    NDArray backward(NDArray x, NDArray dy);
}

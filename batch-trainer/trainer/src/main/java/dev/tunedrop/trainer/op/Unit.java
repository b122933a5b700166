package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

/// A function of each element.
public sealed interface Unit permits Gelu, Tanh {

    NDArray forward(NDArray x);

    /// @param x the input of the forward pass
    /// @return dx
    NDArray backward(NDArray x, NDArray dy);
}

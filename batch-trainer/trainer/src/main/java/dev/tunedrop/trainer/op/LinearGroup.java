package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;

/// Linear maps of one input, open for one pass over one micro-batch.
public sealed interface LinearGroup permits ApartLinears, BiasedGroup, JoinedLora {

    /// x (T, I) → one y (T, O) of each map
    List<NDArray> forward(NDArray x);

    /// Adds to the gradients of what is trained.
    ///
    /// @param x (T, I), the input of the forward pass
    /// @param dys one dy (T, O) of each map; each is closed
    /// @return dx (T, I)
    NDArray backward(NDArray x, List<NDArray> dys);
}

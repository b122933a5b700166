package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

/// A linear map, open for one pass over one micro-batch.
public sealed interface Linear permits BiasedLinear, BriefLinear, DoraLinear, FrozenLinear, LoraLinear, TrainedLinear {

    /// x (T, I) → y (T, O)
    NDArray forward(NDArray x);

    /// Adds to the gradients of what is trained.
    ///
    /// @param x (T, I), the input of the forward pass
    /// @param dy (T, O)
    /// @return dx (T, I)
    NDArray backward(NDArray x, NDArray dy);

    /// The same where nobody reads x afterwards: it is closed, if possible before dx takes its place in memory.
    default NDArray lastBackward(NDArray x, NDArray dy) {
        NDArray dx = backward(x, dy);
        x.close();
        return dx;
    }
}

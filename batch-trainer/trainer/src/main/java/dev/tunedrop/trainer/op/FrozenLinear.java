package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// A linear map that is not trained.
///
/// ```
/// forward    y = x Wᵀ      (T, O)
/// backward   dx = dy W     (T, I)
/// ```
///
/// @param w W (O, I) in compute precision
public record FrozenLinear(NDArray w) implements Linear {

    @Override
    public NDArray forward(NDArray x) {
        return Ops.linear(x, w);
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        return Ops.mm(dy, w);
    }

    @Override
    public NDArray lastBackward(NDArray x, NDArray dy) {
        x.close();
        return Ops.mm(dy, w);
    }
}

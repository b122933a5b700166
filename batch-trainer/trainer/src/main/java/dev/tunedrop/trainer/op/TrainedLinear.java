package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// A linear map whose weight is trained.
///
/// ```
/// forward    y = x Wᵀ      (T, O)
/// backward   dW = dyᵀ x    (O, I)
///            dx = dy W     (T, I)
/// ```
///
/// @param w W (O, I)
/// @param dw (O, I) fp32, added to
public record TrainedLinear(NDArray w, NDArray dw) implements Linear {

    @Override
    public NDArray forward(NDArray x) {
        return Ops.linear(x, w);
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        Gradients.addProduct(dw, dy, x, 1);
        return Ops.mm(dy, w);
    }
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// The hyperbolic tangent of each element.
///
/// ```
/// forward    y = tanh(x)
/// backward   dx = dy (1 - y²)
/// ```
public record Tanh() implements Unit {

    @Override
    public NDArray forward(NDArray x) {
        return Ops.tanh(x);
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        try (NDArray y = Ops.tanh(x);
                NDArray square = y.mul(y)) {
            return Ops.addcmul_(dy.duplicate(), dy, square, -1);
        }
    }
}

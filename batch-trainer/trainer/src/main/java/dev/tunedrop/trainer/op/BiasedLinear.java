package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// A linear map and a bias.
///
/// ```
/// forward    y = f(x) + b      (T, O)
/// backward   db = Σ_t dy       (O)
///            dx = df(dy)       (T, I)
/// ```
///
/// @param map f, with an adapter or without
/// @param b (O); of a frozen base it has no gradient
public record BiasedLinear(Linear map, Leaf b) implements Linear {

    @Override
    public NDArray forward(NDArray x) {
        return Ops.add_(map.forward(x), b.value(), 1);
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        Gradients.addSum(b, dy);
        return map.backward(x, dy);
    }

    @Override
    public NDArray lastBackward(NDArray x, NDArray dy) {
        Gradients.addSum(b, dy);
        return map.lastBackward(x, dy);
    }
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;

/// Adds to fp32 gradients what was computed in compute precision.
final class Gradients {

    private Gradients() {}

    /// dw (O, I) += scale · aᵀ b, with a (T, O) and b (T, I).
    static void addProduct(NDArray dw, NDArray a, NDArray b, double scale) {
        try (NDArray product = Ops.mmTn(a, b)) {
            Ops.add_(dw, product, scale);
        }
    }

    /// db (O) += Σ_t dy, with dy (T, O); nothing where b is frozen.
    static void addSum(Leaf b, NDArray dy) {
        if (b.gradient() == null) return;
        try (NDArray wide = Casts.as(DataType.FLOAT32, dy);
                NDArray sum = wide.sum(new int[] {0})) {
            Ops.add_(b.gradient(), sum, 1);
        }
    }
}

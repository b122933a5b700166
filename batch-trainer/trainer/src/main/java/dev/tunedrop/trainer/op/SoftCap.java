package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;

/// Keeps scores within ±κ, smoothly (Gemma 2).
///
/// ```
/// forward    y = κ tanh(s / κ)
/// backward   ds = dy (1 - (y / κ)²)
/// ```
///
/// Elementwise, any shape.
///
/// @param cap κ
public record SoftCap(double cap) {

    public SoftCap {
        if (!(cap > 0)) throw new IllegalArgumentException("a cap must be above 0, was " + cap);
    }

    /// @param cap κ, or 0 for no cap
    public static @Nullable SoftCap of(double cap) {
        return cap == 0 ? null : new SoftCap(cap);
    }

    /// Capped where there is a cap; `s` is closed where another array takes its place.
    public static NDArray apply(@Nullable SoftCap cap, NDArray s) {
        if (cap == null) return s;
        try (s) {
            return cap.forward(s);
        }
    }

    NDArray forward(NDArray s) {
        try (NDArray small = s.mul(1 / cap)) {
            return Ops.mulScalar_(Ops.tanh(small), cap);
        }
    }

    /// @param y the result of the forward pass
    /// @param dy overwritten by ds, the answer
    NDArray backward(NDArray y, NDArray dy) {
        try (NDArray square = y.mul(y)) {
            return Ops.addcmul_(dy, dy, square, -1 / (cap * cap));
        }
    }
}

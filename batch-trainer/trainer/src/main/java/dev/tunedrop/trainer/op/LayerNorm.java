package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Layer normalisation (Ba, Kiros, Hinton 2016). Inside, everything is fp32.
///
/// ```
/// forward    c = x - mean(x)                    (T, C)
///            r = 1 / √(mean(c²) + ε)            (T, 1)
///            n = c r                            (T, C)
///            y = w n + b                        (T, C)
/// backward   db = Σ_t dy                        (C)
///            dw = Σ_t dy n                      (C)
///            g = dy w                           (T, C)
///            dx = r (g - mean(g) - n mean(g n)) (T, C)
/// ```
///
/// @param w (C)
/// @param b (C)
/// @param epsilon ε
public record LayerNorm(Leaf w, Leaf b, double epsilon) implements Norm {

    @Override
    public NDArray forward(NDArray x) {
        try (NDArray c = centred(x);
                NDArray r = inverseDeviation(c);
                NDArray factor = Casts.as(DataType.FLOAT32, w.value());
                NDArray shift = Casts.as(DataType.FLOAT32, b.value())) {
            NDArray y = Ops.mul_(Ops.mul_(c.duplicate(), r), factor);
            return Casts.to(x.getDataType(), Ops.add_(y, shift, 1));
        }
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        try (NDArray c = centred(x);
                NDArray r = inverseDeviation(c);
                NDArray n = c.mul(r);
                NDArray wide = Casts.as(DataType.FLOAT32, dy)) {
            Gradients.addSum(b, wide);
            if (w.gradient() != null) {
                try (NDArray each = wide.mul(n)) {
                    Gradients.addSum(w, each);
                }
            }
            try (NDArray factor = Casts.as(DataType.FLOAT32, w.value());
                    NDArray mean = mean(wide, factor);
                    NDArray g = wide.mul(factor);
                    NDArray along = mean(g, n)) {
                Ops.add_(g, mean, -1);
                Ops.addcmul_(g, n, along, -1);
                return Casts.as(x.getDataType(), Ops.mul_(g, r));
            }
        }
    }

    /// c (T, C) in fp32.
    private static NDArray centred(NDArray x) {
        try (NDArray wide = Casts.as(DataType.FLOAT32, x);
                NDArray mean = wide.mean(new int[] {1}, true)) {
            return wide.sub(mean);
        }
    }

    /// mean(a b) (T, 1) of a (T, C) and b (T, C) or (C).
    private static NDArray mean(NDArray a, NDArray b) {
        try (NDArray product = a.mul(b)) {
            return product.mean(new int[] {1}, true);
        }
    }

    /// r (T, 1) of c (T, C).
    private NDArray inverseDeviation(NDArray c) {
        try (NDArray squares = Ops.dot(c, c);
                NDArray column = Ops.view(squares, new Shape(c.getShape().get(0), 1))) {
            Ops.mulScalar_(column, 1.0 / c.getShape().get(1));
            try (NDArray shifted = column.add(epsilon)) {
                return Ops.rsqrt(shifted);
            }
        }
    }
}

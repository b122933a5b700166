package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Root-mean-square normalisation (Zhang, Sennrich 2019). Inside, everything is fp32.
///
/// ```
/// forward    r = 1 / √(mean(x²) + ε)            (T, 1)
///            n = x r                            (T, C)
///            y = (w + o) n                      (T, C)
/// backward   dw = Σ_t dy n                      (C)
///            g = dy (w + o)                     (T, C)
///            dx = r (g - n mean(g n))           (T, C)
/// ```
///
/// @param w (C)
/// @param epsilon ε
/// @param offset o, 0 or, where the file keeps what differs from 1, 1
public record RmsNorm(Leaf w, double epsilon, double offset) implements Norm {

    public RmsNorm(Leaf w, double epsilon) {
        this(w, epsilon, 0);
    }

    @Override
    public NDArray forward(NDArray x) {
        try (NDArray wide = Casts.as(DataType.FLOAT32, x);
                NDArray r = inverseRms(wide);
                NDArray n = wide.mul(r)) {
            if (offset != 0) {
                try (NDArray factor = factor()) {
                    return Casts.to(x.getDataType(), n.mul(factor));
                }
            }
            try (NDArray rounded = Casts.as(x.getDataType(), n)) {
                return rounded.mul(w.value());
            }
        }
    }

    /// w + o (C), in fp32 where o is not 0: near 1 a narrow type would lose most of w.
    private NDArray factor() {
        if (offset == 0) return Aliases.of(w.value());
        try (NDArray wide = Casts.as(DataType.FLOAT32, w.value())) {
            return wide.add(offset);
        }
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        long width = x.getShape().get(1);
        try (NDArray wide = Casts.as(DataType.FLOAT32, x);
                NDArray r = inverseRms(wide);
                NDArray n = wide.mul(r);
                NDArray dyWide = Casts.as(DataType.FLOAT32, dy)) {
            if (w.gradient() != null) {
                try (NDArray each = dyWide.mul(n);
                        NDArray dw = each.sum(new int[] {0})) {
                    Ops.add_(w.gradient(), dw, 1);
                }
            }
            try (NDArray factor = factor();
                    NDArray g = dyWide.mul(factor);
                    NDArray wideG = Casts.as(DataType.FLOAT32, g);
                    NDArray dots = Ops.dot(wideG, n);
                    NDArray mean = Ops.view(dots, new Shape(dots.getShape().get(0), 1))) {
                Ops.mulScalar_(mean, 1.0 / width);
                Ops.addcmul_(wideG, n, mean, -1);
                Ops.mul_(wideG, r);
                return Casts.as(x.getDataType(), wideG);
            }
        }
    }

    /// r (T, 1) of x (T, C) in fp32.
    private NDArray inverseRms(NDArray x) {
        try (NDArray squares = Ops.dot(x, x);
                NDArray column = Ops.view(squares, new Shape(x.getShape().get(0), 1))) {
            Ops.mulScalar_(column, 1.0 / x.getShape().get(1));
            try (NDArray shifted = column.add(epsilon)) {
                return Ops.rsqrt(shifted);
            }
        }
    }
}

package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Functions composed of several operators, because their own schema has a string or a list.
final class Pointwise {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    private Pointwise() {}

    /// x/2 (1 + erf(x/√2)), in fp32 for the smaller types.
    static LtNDArray geluErf(LtNDArray x) {
        try (LtNDArray wide = widened(x);
                LtNDArray scaled = wide.mul(Math.sqrt(0.5));
                LtNDArray erf = scaled.erf();
                LtNDArray factor = erf.add(1);
                LtNDArray product = factor.mul(wide);
                LtNDArray half = product.mul(0.5)) {
            return Ops.cast(half, x.getDataType(), x.getManager());
        }
    }

    /// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), in fp32 for the smaller types.
    static LtNDArray geluTanh(LtNDArray x) {
        try (LtNDArray wide = widened(x);
                LtNDArray square = wide.square();
                LtNDArray weight = square.mul(0.044715 * SQRT_2_OVER_PI);
                LtNDArray slope = weight.add(SQRT_2_OVER_PI);
                LtNDArray inner = slope.mul(wide);
                LtNDArray tanh = inner.tanh();
                LtNDArray factor = tanh.add(1);
                LtNDArray product = factor.mul(wide);
                LtNDArray half = product.mul(0.5)) {
            return Ops.cast(half, x.getDataType(), x.getManager());
        }
    }

    /// m + log Σ exp(x - m), m the maximum over `dim`.
    static LtNDArray logSumExp(LtNDArray x, int dim) {
        int[] axis = {dim};
        try (LtNDArray wide = widened(x);
                LtNDArray max = wide.max(axis, true);
                LtNDArray finite = max.clip(-Float.MAX_VALUE, Float.MAX_VALUE); // -∞ - -∞ is no number
                LtNDArray shifted = wide.sub(finite);
                LtNDArray exps = shifted.exp();
                LtNDArray sum = exps.sum(axis, true);
                LtNDArray log = sum.log();
                LtNDArray result = log.add(finite);
                LtNDArray squeezed = result.squeeze(axis)) {
            return squeezed.alias(x.getManager());
        }
    }

    static LtNDArray normSquared(LtNDArray x) {
        try (LtNDArray wide = Ops.cast(x, DataType.FLOAT32, LtSystemManager.INSTANCE);
                LtNDArray row = wide.reshape(new Shape(1, -1));
                LtNDArray sum = Ops.dot(row, row)) {
            return Ops.asStrided(placed(sum, x), new Shape(), new long[0], 0);
        }
    }

    private static LtNDArray placed(LtNDArray array, LtNDArray like) {
        array.attach(like.getManager());
        return array;
    }

    static LtNDArray bits(String operator, LtNDArray x, long value) {
        try (LtNDArray number = Numbers.scalar(x, value)) {
            return Aten.one(operator, "Tensor", x, number);
        }
    }

    private static LtNDArray widened(LtNDArray x) {
        return x.getDataType() == DataType.BFLOAT16 || x.getDataType() == DataType.FLOAT16
                ? Ops.cast(x, DataType.FLOAT32, LtSystemManager.INSTANCE)
                : x.alias(LtSystemManager.INSTANCE);
    }
}

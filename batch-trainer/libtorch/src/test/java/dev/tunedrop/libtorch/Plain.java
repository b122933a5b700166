package dev.tunedrop.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Slow and obvious: the reference the engine is held against.
final class Plain {
    private Plain() {}

    /// What a result may differ by, relative to 1 + |expected|: fp32 keeps 24 bits and bf16 8, of which sums and
    /// functions lose a few.
    static double tolerance(DataType type) {
        return type == DataType.BFLOAT16 ? 2e-2 : 2e-5;
    }

    /// Normal numbers that both types hold exactly, so that only the operator rounds.
    static LtNDArray normal(LtNDManager manager, DataType type, long seed, long... sizes) {
        Random random = new Random(seed);
        float[] values = new float[(int) new Shape(sizes).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToIntBits((float) random.nextGaussian()) & 0xffff0000);
        }
        return (LtNDArray) manager.create(values, new Shape(sizes)).toType(type, false);
    }

    static double[] doubles(NDArray x) {
        return x.toDoubleArray();
    }

    static double[] map(NDArray x, DoubleUnaryOperator function) {
        double[] values = doubles(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = function.applyAsDouble(values[i]);
        }
        return values;
    }

    static double[] zip(NDArray x, NDArray y, DoubleBinaryOperator function) {
        double[] left = doubles(x);
        double[] right = doubles(y);
        for (int i = 0; i < left.length; i++) {
            left[i] = function.applyAsDouble(left[i], right[i]);
        }
        return left;
    }

    /// a (n, k) b (k, m), each given with its strides.
    static double[] product(double[] a, int aRow, int aColumn, double[] b, int bRow, int bColumn, int n, int k, int m) {
        double[] c = new double[n * m];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                for (int t = 0; t < k; t++) {
                    c[i * m + j] += a[i * aRow + t * aColumn] * b[t * bRow + j * bColumn];
                }
            }
        }
        return c;
    }

    static void assertNear(NDArray actual, double... expected) {
        assertWithin(actual, tolerance(actual.getDataType()), expected);
    }

    static void assertWithin(NDArray actual, double tolerance, double... expected) {
        double[] values = doubles(actual);
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(values[i] - expected[i]))
                    .as("element %d: was %s, expected %s", i, values[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * (1 + Math.abs(expected[i])));
        }
    }
}

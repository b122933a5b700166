package dev.tunedrop.trainer.kernel;

import java.util.List;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// A kernel and its twin on the same small random input.
@FunctionalInterface
public interface Trial {

    /// What both gave for one result.
    record Pair(NDArray fused, NDArray plain) {

        /// max |fused - plain| / max |plain|; NaN where either holds one.
        double distance() {
            float[] a = wide(fused);
            float[] b = wide(plain);
            if (a.length != b.length) return Double.POSITIVE_INFINITY;
            double difference = 0;
            double most = 0;
            for (int i = 0; i < a.length; i++) {
                difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
                most = Math.max(most, Math.abs((double) b[i]));
            }
            return difference == 0 ? 0 : difference / most;
        }

        private static float[] wide(NDArray x) {
            return x.toType(DataType.FLOAT32, true).toFloatArray();
        }
    }

    /// @param manager frees everything; its device is the kernel's
    /// @param type of the kernel's operands
    List<Pair> run(Bound kernel, NDManager manager, DataType type);

    /// Numbers of N(0, 1), the same in every process.
    static NDArray normal(NDManager manager, DataType type, long seed, long... shape) {
        Random random = new Random(seed);
        Shape all = new Shape(shape);
        float[] values = new float[Math.toIntExact(all.size())];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return manager.create(values, all).toType(type, false);
    }
}

package dev.tunedrop.libtorch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Random choices made in Java, so that they do not depend on the device or on LibTorch's generators.
final class Randomness {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Randomness() {}

    static LtNDArray bernoulliMask(LtNDManager manager, Shape shape, double p, long seed, long offset) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("p must be from 0 to 1, was " + p);
        }
        LtNDArray host = LtSystemManager.INSTANCE.empty(
                shape, Strides.contiguous(shape.getShape()), DataType.FLOAT32, ai.djl.Device.cpu());
        MemorySegment memory = host.segment();
        long start = mix(seed);
        for (long i = 0; i < shape.size(); i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, uniform(start + (offset + i) * GOLDEN) < p ? 1 : 0);
        }
        if (manager.getDevice().isGpu()) {
            try (host) {
                return Ops.toDevice(host, manager.getDevice(), manager);
            }
        }
        host.attach(manager);
        return host;
    }

    /// SplitMix64's output function (Steele, Lea, Flood 2014).
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    /// 53 bits in [0, 1).
    private static double uniform(long counter) {
        return (mix(counter) >>> 11) * 0x1p-53;
    }

    static LtNDArray multinomial(LtNDArray probabilities, RandomGenerator random) {
        if (probabilities.getShape().dimension() != 2) {
            throw new IllegalArgumentException("probabilities must be (N, V), were " + probabilities.getShape());
        }
        int rows = Math.toIntExact(probabilities.getShape().get(0));
        int width = Math.toIntExact(probabilities.getShape().get(1));
        float[] values = probabilities.toFloatArray();
        long[] drawn = new long[rows];
        for (int row = 0; row < rows; row++) {
            drawn[row] = draw(values, row * width, width, random.nextDouble());
        }
        try (LtNDArray host = (LtNDArray) LtSystemManager.INSTANCE.create(drawn, new Shape(rows))) {
            return Ops.toDevice(host, probabilities.getDevice(), probabilities.getManager());
        }
    }

    private static int draw(float[] values, int from, int width, double uniform) {
        double total = 0;
        for (int i = 0; i < width; i++) {
            total += values[from + i];
        }
        if (!(total > 0) || Double.isInfinite(total)) {
            throw new IllegalArgumentException("A row of probabilities sums to " + total
                    + "; the logits hold NaN or infinity, or everything was masked.");
        }
        double target = uniform * total;
        int last = 0;
        for (int i = 0; i < width; i++) {
            if (values[from + i] > 0) {
                last = i;
                target -= values[from + i];
                if (target < 0) {
                    return i;
                }
            }
        }
        return last; // rounding left a remainder
    }
}

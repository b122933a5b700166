package dev.tunedrop.trainer.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import dev.tunedrop.libtorch.LibTorch;

/// Inputs rounded to a precision, and what a result is held to.
abstract class OpParity {

    /// How far a result may be off, relative to its length: a few roundings of 24 bits, or of 8 bits.
    enum Precision {
        FP32(DataType.FLOAT32, 2e-6),
        BF16(DataType.BFLOAT16, 2e-2);

        final DataType type;
        final double bound;

        Precision(DataType type, double bound) {
            this.type = type;
            this.bound = bound;
        }
    }

    NDManager manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu());

    @BeforeEach
    void open() {
        manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu());
        LibTorch.setThreads(1);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /// An array and the very values that it holds.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Given(NDArray array, double[] values) {}

    Given given(Precision p, double magnitude, long... shape) {
        Shape size = new Shape(shape);
        float[] values = new float[(int) size.size()];
        Random random = new Random(size.hashCode());
        for (int i = 0; i < values.length; i++) values[i] = (float) (random.nextGaussian() * magnitude);
        NDArray array = Casts.to(p.type, manager.create(values, size));
        return new Given(array, doubles(array));
    }

    static double[] doubles(NDArray array) {
        float[] held = array.toFloatArray();
        double[] wide = new double[held.length];
        for (int i = 0; i < held.length; i++) wide[i] = held[i];
        return wide;
    }

    Leaf trained(Given given) {
        return new Leaf(given.array, manager.zeros(given.array.getShape(), DataType.FLOAT32));
    }

    static NDArray gradient(Leaf leaf) {
        NDArray gradient = leaf.gradient();
        if (gradient == null) throw new AssertionError("a trained leaf has a gradient");
        return gradient;
    }

    static void same(Precision p, NDArray result, double[] expected) {
        float[] values = result.toFloatArray();
        assertThat(values).hasSize(expected.length);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < values.length; i++) {
            difference += (values[i] - expected[i]) * (values[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        assertThat(Math.sqrt(difference / size)).isLessThan(p.bound);
    }
}

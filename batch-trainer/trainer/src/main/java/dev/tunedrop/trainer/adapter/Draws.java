package dev.tunedrop.trainer.adapter;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;

/// Random starting values of one tensor: a stream of its own, a function of (seed, name) alone, so that adding or
/// reordering tensors changes no other.
public final class Draws {

    private final RandomGenerator generator;

    public Draws(long seed, String name) {
        byte[] key = Sha256.digest().digest((seed + "/" + name).getBytes(StandardCharsets.UTF_8));
        generator = RandomGeneratorFactory.of("L64X128MixRandom").create(key);
    }

    /// `count` values in [-bound, bound).
    public float[] uniform(int count, float bound) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (2 * generator.nextFloat() - 1) * bound;
        return values;
    }

    /// `count` values of N(0, deviation²).
    public float[] normal(int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) (generator.nextGaussian() * deviation);
        return values;
    }

    /// A tensor of a classifier's top as training starts from it: N(0, initializer_range²), biases zero.
    public static NDArray top(ModelTensor tensor, ModelConfig model, long seed, NDManager manager) {
        Shape shape = new Shape(tensor.shape());
        if (tensor.kind() == ModelTensor.Kind.TOP_BIAS) return manager.zeros(shape, DataType.FLOAT32);
        int count = Math.toIntExact(tensor.elements());
        return manager.create(new Draws(seed, tensor.name()).normal(count, model.initializerRange()), shape);
    }
}

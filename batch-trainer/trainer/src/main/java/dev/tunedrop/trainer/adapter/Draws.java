package dev.tunedrop.trainer.adapter;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import dev.tunedrop.events.artefact.Sha256;

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
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// Dropout as a function of a key: the same key gives the same mask, so a recomputed forward and a resumed run draw
/// what the first one drew. An element is 0 with probability p, else 1 / (1 - p).
///
/// The generator is SplitMix64 (Steele, Lea, Flood 2014) read at position `i` of the stream that starts at the key.
///
/// @param key from [#key]
/// @param probability p, in (0, 1)
public record DropoutMask(long key, double probability) {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /// One key out of seed, optimiser step, micro-batch within the step, and the layer's name.
    public static long key(long seed, long step, long microBatch, String layer) {
        long key = mix(seed + GOLDEN_GAMMA);
        key = mix(key ^ step * 0xD1B54A32D192ED03L);
        key = mix(key ^ microBatch * 0x8CB92BA72F3D8DD7L);
        for (int i = 0; i < layer.length(); i++) key = mix(key + layer.charAt(i) + GOLDEN_GAMMA);
        return key;
    }

    /// x ⊙ m, or another handle on x where there is no mask.
    static NDArray apply(@Nullable DropoutMask mask, NDArray x) {
        if (mask == null) return Aliases.of(x);
        try (NDArray m = mask.values(x)) {
            return x.mul(m);
        }
    }

    private NDArray values(NDArray like) {
        int count = Math.toIntExact(like.getShape().size());
        float kept = (float) (1 / (1 - probability));
        long threshold = (long) (probability * (1L << 32));
        float[] values = new float[count];
        for (int i = 0; i < count; i += 2) {
            long bits = mix(key + GOLDEN_GAMMA * (i + 1));
            values[i] = (bits >>> 32) < threshold ? 0 : kept;
            if (i + 1 < count) values[i + 1] = (bits & 0xFFFFFFFFL) < threshold ? 0 : kept;
        }
        NDArray mask = like.getManager().create(values, like.getShape());
        if (mask.getDataType() == like.getDataType()) return mask;
        try (mask) {
            return mask.toType(like.getDataType(), false);
        }
    }

    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}

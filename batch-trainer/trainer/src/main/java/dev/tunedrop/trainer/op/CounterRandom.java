package dev.tunedrop.trainer.op;

/// Random numbers as a function of where they are used: no state to save, nothing to replay.
///
/// The mixing function is SplitMix64's finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
/// OOPSLA 2014) over a chain of the coordinates.
public final class CounterRandom {

    private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private CounterRandom() {}

    /// 64 bits that belong to these coordinates.
    public static long bits(long seed, long... coordinates) {
        long state = mix(seed + GOLDEN_GAMMA);
        for (long coordinate : coordinates) state = next(state, coordinate);
        return state;
    }

    /// One link of the chain: `bits(s, a, b)` is `next(bits(s, a), b)`.
    public static long next(long state, long coordinate) {
        return mix(state + GOLDEN_GAMMA * (coordinate + 1));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }
}

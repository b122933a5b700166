package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/// The random numbers of one micro-batch's tokens. A token's numbers are a function of (seed, optimiser step, its row,
/// its position in the row, where in the model, column) and of nothing else: how a step is cut into micro-batches, a
/// recomputed forward and a resumed run change none of them.
///
/// ```
/// state[t]      = bits(seed, step, row of t, position of t)     one a token and pass
/// element(t, c) = half of bits(state[t], place, ⌊c / 2⌋)        the upper 32 bits for an even c, else the lower
/// ```
///
/// `bits` is [CounterRandom]; `place` is one number for each use in the model.
///
/// @param states (T)
/// @param there the same on a pass's device; absent until [#in]
@SuppressWarnings("ArrayRecordComponent") // thousands of tokens, never compared
public record TokenDraws(long[] states, @Nullable NDArray there) {

    /// @param rows a number for each row that no other row of the step has
    /// @param lengths tokens of each row
    public static TokenDraws of(long seed, long step, long[] rows, int[] lengths) {
        int tokens = 0;
        for (int length : lengths) tokens += length;
        long[] states = new long[tokens];
        int token = 0;
        for (int row = 0; row < rows.length; row++) {
            long state = CounterRandom.bits(seed, step, rows[row]);
            for (int position = 0; position < lengths[row]; position++)
                states[token++] = CounterRandom.next(state, position);
        }
        return new TokenDraws(states, null);
    }

    /// With a copy on the device of a pass, and as long as it: what a kernel reads.
    public TokenDraws in(NDManager pass) {
        return new TokenDraws(states, pass.create(states));
    }

    /// The number of a place that has a name.
    public static long place(String name) {
        return CounterRandom.bits(0, name.chars().asLongStream().toArray());
    }

    /// What becomes of 32 random bits, the least significant of a long.
    @FunctionalInterface
    interface Transform {
        float of(long bits);
    }

    /// (T, columns), row by row.
    float[] values(long place, int columns, Transform transform) {
        float[] values = new float[Math.multiplyExact(states.length, columns)];
        int at = 0;
        for (long state : states) {
            long here = CounterRandom.next(state, place);
            for (int c = 0; c < columns; c += 2) {
                long bits = CounterRandom.next(here, c >> 1);
                values[at++] = transform.of(bits >>> 32);
                if (c + 1 < columns) values[at++] = transform.of(bits & 0xFFFF_FFFFL);
            }
        }
        return values;
    }
}

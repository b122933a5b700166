package dev.tunedrop.trainer.op;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/// Where the rows of a micro-batch lie in its T tokens.
///
/// @param starts int32 (rows + 1) on the device: each row's first token, then T
/// @param lengths tokens of each row
/// @param longest the largest of them
@SuppressWarnings("ArrayRecordComponent") // lengths of one batch, never compared
public record Rows(NDArray starts, long[] lengths, long longest) {

    public static Rows of(NDManager scope, int... lengths) {
        int[] starts = new int[lengths.length + 1];
        for (int i = 0; i < lengths.length; i++) starts[i + 1] = starts[i] + lengths[i];
        long[] wide = Arrays.stream(lengths).asLongStream().toArray();
        return new Rows(scope.create(starts), wide, Arrays.stream(wide).max().orElse(0));
    }

    /// The position of every token in its row.
    public long[] positions() {
        long[] at = new long[Math.toIntExact(Arrays.stream(lengths).sum())];
        int t = 0;
        for (long length : lengths) for (int p = 0; p < length; p++) at[t++] = p;
        return at;
    }
}

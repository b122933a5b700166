package dev.tunedrop.trainer.model;

import java.util.Arrays;
import java.util.stream.LongStream;

/// One micro-batch: rows laid end to end, no padding. Attention never crosses a row; positions restart with each.
///
/// The arrays are taken as they are, not copied: do not write to them afterwards.
///
/// @param ids token ids (T)
/// @param targets (T); `targets[t]` is the token that follows `ids[t]` in its row, or [#NO_LOSS] where none is learnt
/// @param lengths tokens of each row; they add up to T
/// @param rows a number for each row that no other row of its optimiser step has: random draws belong to it
@SuppressWarnings("ArrayRecordComponent") // one batch holds thousands of tokens: plain arrays, never compared
public record MicroBatch(int[] ids, int[] targets, int[] lengths, long[] rows) {

    /// The target of a token whose successor carries no loss.
    public static final int NO_LOSS = -1;

    public MicroBatch {
        if (ids.length == 0) throw new IllegalArgumentException("a micro-batch needs at least one token");
        if (targets.length != ids.length)
            throw new IllegalArgumentException("targets must be (%d), was (%d)".formatted(ids.length, targets.length));
        int sum = 0;
        for (int length : lengths) {
            if (length < 1) throw new IllegalArgumentException("a row of a micro-batch is empty");
            sum = Math.addExact(sum, length);
        }
        if (sum != ids.length)
            throw new IllegalArgumentException("lengths must add up to %d, was %d".formatted(ids.length, sum));
        if (rows.length != lengths.length)
            throw new IllegalArgumentException("rows must be (%d), was (%d)".formatted(lengths.length, rows.length));
    }

    /// Rows that are numbered from 0.
    public MicroBatch(int[] ids, int[] targets, int[] lengths) {
        this(ids, targets, lengths, LongStream.range(0, lengths.length).toArray());
    }

    /// One row without a loss, for scoring.
    public static MicroBatch of(int[] ids) {
        int[] targets = new int[ids.length];
        Arrays.fill(targets, NO_LOSS);
        return new MicroBatch(ids, targets, new int[] {ids.length});
    }

    /// The rows `from` … `to` alone.
    public MicroBatch part(int from, int to) {
        int begin = Arrays.stream(lengths, 0, from).sum();
        int end = begin + Arrays.stream(lengths, from, to).sum();
        return new MicroBatch(
                Arrays.copyOfRange(ids, begin, end),
                Arrays.copyOfRange(targets, begin, end),
                Arrays.copyOfRange(lengths, from, to),
                Arrays.copyOfRange(rows, from, to));
    }

    public int tokens() {
        return ids.length;
    }

    /// The position of every token in its row, (T).
    public long[] positions() {
        long[] at = new long[ids.length];
        int t = 0;
        for (int length : lengths) for (int p = 0; p < length; p++) at[t++] = p;
        return at;
    }

    /// Tokens that carry loss.
    public int trainedTokens() {
        int count = 0;
        for (int target : targets) if (target >= 0) count++;
        return count;
    }

    public int longestRow() {
        return Arrays.stream(lengths).max().orElseThrow();
    }
}

package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.Shape;

/// The heads of one sequence inside a larger array: where its elements lie, whatever the array's layout.
///
/// @param array       the array
/// @param heads       how many heads, H
/// @param tokens      how many tokens, T
/// @param size        elements of one head, D
/// @param offset      of the sequence's first element
/// @param tokenStride from a token to the next
/// @param headStride  from a head to the next
record Heads(LtNDArray array, long heads, long tokens, long size, long offset, long tokenStride, long headStride) {
    /// Sequence `b` of (B, H, T, D).
    static Heads ofBatch(LtNDArray x, long b) {
        long[] strides = x.strides();
        Shape shape = x.getShape();
        return new Heads(x, shape.get(1), shape.get(2), shape.get(3), b * strides[0], strides[2], strides[1]);
    }

    /// The `length` tokens from `start` of (T, H, D).
    static Heads ofTokens(LtNDArray x, long start, long length) {
        long[] strides = x.strides();
        Shape shape = x.getShape();
        return new Heads(x, shape.get(1), length, shape.get(2), start * strides[0], strides[0], strides[1]);
    }

    /// (H/G, G, T, D): head h is at [h mod H/G][h / (H/G)], so that the heads that share a key head lie apart in the
    /// first dimension.
    LtNDArray grouped(long groups) {
        long share = heads / groups;
        return Ops.asStrided(
                array,
                new Shape(share, groups, tokens, size),
                new long[] {headStride, share * headStride, tokenStride, 1},
                offset);
    }

    /// (times, H, T, D): all heads again and again, on the same memory.
    LtNDArray repeated(long times) {
        return Ops.asStrided(
                array, new Shape(times, heads, tokens, size), new long[] {0, headStride, tokenStride, 1}, offset);
    }
}

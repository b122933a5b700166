package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.Shape;

/// Segments of one length as a batch: (B n, H, D) is (B, H, n, D) to a kernel, without a copy.
///
/// @param kernel computes it, sharing key heads itself
/// @param length of each segment, n
/// @param causal whether a query sees only keys up to its own position
/// @param scale  what scores are multiplied by
record EqualSegments(AttentionKernel kernel, long length, boolean causal, double scale) implements SegmentAttention {
    @Override
    public Attention forward(LtNDArray q, LtNDArray k, LtNDArray v) {
        Attention batch = kernel.forward(batch(q), batch(k), batch(v), causal, scale);
        return new Attention(tokens((LtNDArray) batch.out()), batch.logSumExp());
    }

    @Override
    public AttentionGrads backward(
            LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, LtNDArray out, LtNDArray logSumExp) {
        AttentionGrads batch =
                kernel.backward(batch(dOut), batch(q), batch(k), batch(v), batch(out), logSumExp, causal, scale);
        return new AttentionGrads(
                tokens((LtNDArray) batch.dq()), tokens((LtNDArray) batch.dk()), tokens((LtNDArray) batch.dv()));
    }

    /// (B n, H, D) as (B, H, n, D): a view.
    private LtNDArray batch(LtNDArray x) {
        Shape shape = x.getShape();
        long[] strides = x.strides();
        return Ops.asStrided(
                x,
                new Shape(shape.get(0) / length, shape.get(1), length, shape.get(2)),
                new long[] {length * strides[0], strides[1], strides[0], strides[2]},
                0);
    }

    /// (B, H, n, D) as (B n, H, D): a view where the kernel kept the order of its operands, as they all do here.
    private static LtNDArray tokens(LtNDArray x) {
        Shape shape = x.getShape();
        return Ops.permute(x, 0, 2, 1, 3).reshape(new Shape(-1, shape.get(1), shape.get(3)));
    }
}

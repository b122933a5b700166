package dev.tunedrop.libtorch;

import java.util.List;
import java.util.stream.LongStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/// Attention within each segment of a packed sequence; no query sees another segment's keys.
///
/// @param cuSeqLens where segments start, and the end: int32 (N + 1) on the device, for the flash kernel
/// @param lengths   the segments' lengths
/// @param maxLen    the longest
/// @param causal    whether a query sees only keys up to its own position
/// @param scale     what scores are multiplied by
/// @param window    how many keys a causal query sees, its own the last; below `maxLen` only the flash kernel takes it
public record PackedAttention(
        NDArray cuSeqLens, List<Long> lengths, long maxLen, boolean causal, double scale, long window) {
    /// Attention to every key, or every key up to the query's own.
    public static PackedAttention of(NDArray cuSeqLens, long[] lengths, long maxLen, boolean causal, double scale) {
        return new PackedAttention(
                cuSeqLens, LongStream.of(lengths).boxed().toList(), maxLen, causal, scale, Long.MAX_VALUE);
    }

    /// The same where a query sees only the last keys.
    public PackedAttention within(long keys) {
        return new PackedAttention(cuSeqLens, lengths, maxLen, causal, scale, keys);
    }

    /// Whether [#within] is possible for these queries: only the flash kernel of a GPU has a window.
    public static boolean takesWindow(NDArray q) {
        return CudaAttention.fits((LtNDArray) q);
    }

    /// @param q (T, H, D)
    /// @param k (T, G, D)
    /// @param v (T, G, D)
    public Attention forward(NDArray q, NDArray k, NDArray v) {
        return forward((LtNDArray) q, (LtNDArray) k, (LtNDArray) v);
    }

    /// The gradients of q, k and v.
    public AttentionGrads backward(NDArray dOut, NDArray q, NDArray k, NDArray v, Attention attention) {
        return backward((LtNDArray) dOut, (LtNDArray) q, (LtNDArray) k, (LtNDArray) v, attention);
    }

    private Attention forward(LtNDArray q, LtNDArray k, LtNDArray v) {
        check(q, k, v);
        LtNDManager target = q.getManager();
        try (LtNDManager scratch = LtEngine.instance().newBaseManager(q.getDevice())) {
            LtNDArray queries = GroupedAttention.rows(q, scratch);
            LtNDArray keys = GroupedAttention.rows(k, scratch);
            LtNDArray values = GroupedAttention.rows(v, scratch);
            Attention result = CudaAttention.fits(q)
                    ? fused(queries, keys).forward(queries, keys, values)
                    : eachSegment(queries, keys, values);
            result.out().attach(target);
            result.logSumExp().attach(target);
            return result;
        }
    }

    private Attention eachSegment(LtNDArray q, LtNDArray k, LtNDArray v) {
        mustSeeAll();
        LtNDManager scratch = q.getManager();
        LtNDArray out = scratch.create(q.getShape(), q.getDataType());
        LtNDArray logSumExp = scratch.create(
                new Shape(q.getShape().get(1), q.getShape().get(0)), FlashAttention.wide(q.getDataType()));
        LtNDArray sums = tokensFirst(logSumExp);
        GroupedAttention attention = new GroupedAttention(AttentionKernel.on(q), causal, scale);
        long start = 0;
        for (long length : lengths) {
            try (LtNDManager segment = scratch.newSubManager()) {
                attention.forward(
                        part(q, start, length, segment),
                        part(k, start, length, segment),
                        part(v, start, length, segment),
                        part(out, start, length, segment),
                        part(sums, start, length, segment));
            }
            start += length;
        }
        return new Attention(out, logSumExp);
    }

    private AttentionGrads backward(LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, Attention attention) {
        check(q, k, v);
        LtNDManager target = dOut.getManager();
        try (LtNDManager scratch = LtEngine.instance().newBaseManager(q.getDevice())) {
            LtNDArray dO = GroupedAttention.rows(dOut, scratch);
            LtNDArray queries = GroupedAttention.rows(q, scratch);
            LtNDArray keys = GroupedAttention.rows(k, scratch);
            LtNDArray values = GroupedAttention.rows(v, scratch);
            LtNDArray out = ((LtNDArray) attention.out()).alias(scratch);
            LtNDArray logSumExp = ((LtNDArray) attention.logSumExp()).alias(scratch);
            AttentionGrads grads = CudaAttention.fits(q)
                    ? fusedBefore(logSumExp).backward(dO, queries, keys, values, out, logSumExp)
                    : eachSegment(dO, queries, keys, values, out, logSumExp);
            grads.dq().attach(target);
            grads.dk().attach(target);
            grads.dv().attach(target);
            return grads;
        }
    }

    private AttentionGrads eachSegment(
            LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, LtNDArray out, LtNDArray logSumExp) {
        mustSeeAll();
        LtNDManager scratch = q.getManager();
        LtNDArray dq = scratch.create(q.getShape(), q.getDataType());
        LtNDArray dk = scratch.create(k.getShape(), k.getDataType());
        LtNDArray dv = scratch.create(v.getShape(), v.getDataType());
        LtNDArray sums = tokensFirst(logSumExp);
        GroupedAttention attention = new GroupedAttention(AttentionKernel.on(q), causal, scale);
        long start = 0;
        for (long length : lengths) {
            try (LtNDManager segment = scratch.newSubManager()) {
                attention.backward(
                        part(dOut, start, length, segment),
                        part(q, start, length, segment),
                        part(k, start, length, segment),
                        part(v, start, length, segment),
                        part(out, start, length, segment),
                        part(sums, start, length, segment),
                        part(dq, start, length, segment),
                        part(dk, start, length, segment),
                        part(dv, start, length, segment));
            }
            start += length;
        }
        return new AttentionGrads(dq, dk, dv);
    }

    private void mustSeeAll() {
        if (window < maxLen) {
            throw new IllegalArgumentException("Attention to a window of " + window
                    + " keys needs bf16 or fp16 arrays on a GPU; ask takesWindow first.");
        }
    }

    /// cuDNN's kernel where it suits these segments and won its trial, else LibTorch's flash kernel.
    private SegmentAttention fused(LtNDArray q, LtNDArray k) {
        boolean suits = window >= maxLen && AttentionTrial.suits(lengths);
        return suits && AttentionTrial.cudnnWins(q, k, causal, scale, maxLen) ? cudnn() : flash(q.getManager());
    }

    /// The one whose forward pass left these sums: the flash kernel's are (H, T), cuDNN's have a batch before them.
    private SegmentAttention fusedBefore(LtNDArray logSumExp) {
        return logSumExp.getShape().dimension() == 2 ? flash(logSumExp.getManager()) : cudnn();
    }

    private EqualSegments cudnn() {
        return new EqualSegments(new CudnnKernel(), maxLen, causal, scale);
    }

    private CudaAttention flash(LtNDManager scratch) {
        LtNDArray starts = ((LtNDArray) cuSeqLens).alias(scratch);
        return new CudaAttention(starts, starts, maxLen, maxLen, causal, scale, window);
    }

    private static Heads part(LtNDArray x, long start, long length, LtNDManager segment) {
        return Heads.ofTokens(x.alias(segment), start, length);
    }

    /// (H, T) as (T, H, 1), a view.
    private static LtNDArray tokensFirst(LtNDArray logSumExp) {
        long[] strides = logSumExp.strides();
        Shape shape = logSumExp.getShape();
        return Ops.asStrided(
                logSumExp, new Shape(shape.get(1), shape.get(0), 1), new long[] {strides[1], strides[0], 1}, 0);
    }

    private void check(LtNDArray q, LtNDArray k, LtNDArray v) {
        GroupedAttention.check(q, k, v, 3);
        long total = lengths.stream().mapToLong(Long::longValue).sum();
        if (q.getShape().get(0) != total
                || k.getShape().get(0) != total
                || lengths.stream().anyMatch(l -> l < 1)) {
            throw new IllegalArgumentException("The segments' lengths must be positive and add up to the "
                    + q.getShape().get(0) + " tokens of q and " + k.getShape().get(0) + " of k, but add up to " + total
                    + ".");
        }
    }
}

package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.abi.Dispatcher;
import dev.tunedrop.libtorch.abi.Present;
import dev.tunedrop.libtorch.abi.Tensors;

/// LibTorch's flash kernels on CUDA (Dao 2023), for 16-bit types: q (T, H, D), k and v (S, G, D), segments given by
/// where they start. The kernels share key heads themselves.
///
/// @param startsQ int32 (N + 1) on the device
/// @param startsK int32 (N + 1) on the device
/// @param maxQ    the longest segment of queries
/// @param maxK    the longest segment of keys
/// @param causal  whether a query sees only keys up to its own position
/// @param scale   what scores are multiplied by
/// @param window  how many keys a query sees, its own the last, where it is causal; at least `maxK`: every one
record CudaAttention(
        LtNDArray startsQ, LtNDArray startsK, long maxQ, long maxK, boolean causal, double scale, long window)
        implements SegmentAttention {
    private static final int HEAD_STEP = 8;
    private static final int LARGEST_HEAD = 256;

    /// Whether the kernels take this array: 16-bit, and heads of a multiple of 8 elements up to 256.
    static boolean fits(LtNDArray q) {
        long head = q.getShape().get(q.getShape().dimension() - 1);
        return q.getDevice().isGpu()
                && (q.getDataType() == DataType.BFLOAT16 || q.getDataType() == DataType.FLOAT16)
                && head % HEAD_STEP == 0
                && head <= LARGEST_HEAD;
    }

    /// For a batch of equally long sequences, q (B, H, T, D).
    static CudaAttention ofBatch(LtNDArray q, LtNDArray k, boolean causal, double scale) {
        long t = q.getShape().get(2);
        long s = k.getShape().get(2);
        return new CudaAttention(starts(q, t), starts(k, s), t, s, causal, scale, s);
    }

    private @Nullable Present left() {
        return window < maxK ? new Present(window - 1) : null;
    }

    private @Nullable Present right() {
        return window < maxK ? new Present(0L) : null;
    }

    private static LtNDArray starts(LtNDArray x, long length) {
        int[] starts = new int[Math.toIntExact(x.getShape().get(0)) + 1];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.toIntExact(i * length);
        }
        return (LtNDArray) x.getManager().create(starts);
    }

    /// Of the five results the random state, an unused one and the debug mask are freed unread: without dropout they
    /// need not even be defined.
    @Override
    public Attention forward(LtNDArray q, LtNDArray k, LtNDArray v) {
        long[] results = Dispatcher.call(
                "aten::_flash_attention_forward",
                "",
                5,
                q,
                k,
                v,
                new Present(startsQ),
                new Present(startsK),
                maxQ,
                maxK,
                0.0,
                causal,
                false,
                new Present(scale),
                left(),
                right(),
                null,
                null);
        for (int unread = 2; unread < results.length; unread++) {
            Tensors.delete(results[unread]);
        }
        return new Attention(LtNDArray.wrap(q.getManager(), results[0]), LtNDArray.wrap(q.getManager(), results[1]));
    }

    @Override
    public AttentionGrads backward(
            LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, LtNDArray out, LtNDArray logSumExp) {
        LtNDArray unreadSeed = q.getManager().create(new Shape(2), DataType.UINT64); // dropout is 0
        LtNDArray unreadOffset = q.getManager().create(new Shape(), DataType.UINT64);
        LtNDArray[] results = Aten.call(
                q.getManager(),
                "aten::_flash_attention_backward",
                "",
                3,
                dOut,
                q,
                k,
                v,
                out,
                logSumExp,
                startsQ,
                startsK,
                maxQ,
                maxK,
                0.0,
                causal,
                unreadSeed,
                unreadOffset,
                new Present(scale),
                left(),
                right());
        return new AttentionGrads(results[0], results[1], results[2]);
    }

    Attention forwardBatch(LtNDArray q, LtNDArray k, LtNDArray v) {
        Attention packed = forward(tokens(q), tokens(k), tokens(v));
        return new Attention(batch((LtNDArray) packed.out(), q), sumsOfBatch((LtNDArray) packed.logSumExp(), q));
    }

    AttentionGrads backwardBatch(
            LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, LtNDArray out, LtNDArray logSumExp) {
        LtNDArray sums = Ops.contiguous(Ops.permute(logSumExp, 1, 0, 2))
                .reshape(new Shape(q.getShape().get(1), -1));
        AttentionGrads packed = backward(tokens(dOut), tokens(q), tokens(k), tokens(v), tokens(out), sums);
        return new AttentionGrads(
                batch((LtNDArray) packed.dq(), q),
                batch((LtNDArray) packed.dk(), k),
                batch((LtNDArray) packed.dv(), k));
    }

    /// (B, H, T, D) as (B T, H, D).
    private static LtNDArray tokens(LtNDArray x) {
        Shape shape = x.getShape();
        return Ops.permute(x, 0, 2, 1, 3).reshape(new Shape(-1, shape.get(1), shape.get(3)));
    }

    /// (B T, H, D) as (B, H, T, D).
    private static LtNDArray batch(LtNDArray x, LtNDArray like) {
        Shape shape = like.getShape();
        return Ops.permute(x.reshape(new Shape(shape.get(0), shape.get(2), shape.get(1), shape.get(3))), 0, 2, 1, 3);
    }

    /// (H, B T) as (B, H, T).
    private static LtNDArray sumsOfBatch(LtNDArray logSumExp, LtNDArray q) {
        Shape shape = q.getShape();
        return Ops.permute(logSumExp.reshape(new Shape(shape.get(1), shape.get(0), shape.get(2))), 1, 0, 2);
    }
}

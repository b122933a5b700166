package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Attention over (B, H, T, D), with fewer key heads where the model shares them.
///
/// On the CPU by the fused kernel; on a GPU by the flash kernel for the 16-bit types and by plain products else. The
/// causal mask lets query i see keys 0 … i, so it is for T = S.
final class FlashAttention {
    private FlashAttention() {}

    static Attention forward(LtNDArray q, LtNDArray k, LtNDArray v, boolean causal, double scale) {
        GroupedAttention.check(q, k, v, 4);
        LtNDManager target = q.getManager();
        try (LtNDManager scratch = LtEngine.instance().newBaseManager(q.getDevice())) {
            LtNDArray queries = GroupedAttention.rows(q, scratch);
            LtNDArray keys = GroupedAttention.rows(k, scratch);
            LtNDArray values = GroupedAttention.rows(v, scratch);
            Attention result;
            if (CudaAttention.fits(q)) {
                result = CudaAttention.ofBatch(queries, keys, causal, scale).forwardBatch(queries, keys, values);
            } else if (q.getShape().get(1) == k.getShape().get(1)) {
                result = AttentionKernel.on(q).forward(queries, keys, values, causal, scale);
            } else {
                result = grouped(queries, keys, values, new GroupedAttention(AttentionKernel.on(q), causal, scale));
            }
            result.out().attach(target);
            result.logSumExp().attach(target);
            return result;
        }
    }

    private static Attention grouped(LtNDArray q, LtNDArray k, LtNDArray v, GroupedAttention attention) {
        LtNDArray out = tokenMajor(q);
        Shape shape = q.getShape();
        LtNDArray logSumExp =
                q.getManager().create(new Shape(shape.get(0), shape.get(1), shape.get(2), 1), wide(q.getDataType()));
        for (long b = 0; b < shape.get(0); b++) {
            attention.forward(
                    Heads.ofBatch(q, b),
                    Heads.ofBatch(k, b),
                    Heads.ofBatch(v, b),
                    Heads.ofBatch(out, b),
                    Heads.ofBatch(logSumExp, b));
        }
        return new Attention(out, logSumExp.squeeze(new int[] {3}));
    }

    static AttentionGrads backward(
            LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, Attention attention, boolean causal, double scale) {
        GroupedAttention.check(q, k, v, 4);
        LtNDManager target = dOut.getManager();
        try (LtNDManager scratch = LtEngine.instance().newBaseManager(q.getDevice())) {
            LtNDArray dO = GroupedAttention.rows(dOut, scratch);
            LtNDArray queries = GroupedAttention.rows(q, scratch);
            LtNDArray keys = GroupedAttention.rows(k, scratch);
            LtNDArray values = GroupedAttention.rows(v, scratch);
            LtNDArray out = ((LtNDArray) attention.out()).alias(scratch);
            LtNDArray logSumExp = ((LtNDArray) attention.logSumExp()).alias(scratch);
            AttentionGrads grads;
            if (CudaAttention.fits(q)) {
                grads = CudaAttention.ofBatch(queries, keys, causal, scale)
                        .backwardBatch(dO, queries, keys, values, out, logSumExp);
            } else if (q.getShape().get(1) == k.getShape().get(1)) {
                grads = AttentionKernel.on(q).backward(dO, queries, keys, values, out, logSumExp, causal, scale);
            } else {
                grads = grouped(
                        dO,
                        queries,
                        keys,
                        values,
                        out,
                        logSumExp,
                        new GroupedAttention(AttentionKernel.on(q), causal, scale));
            }
            grads.dq().attach(target);
            grads.dk().attach(target);
            grads.dv().attach(target);
            return grads;
        }
    }

    private static AttentionGrads grouped(
            LtNDArray dOut,
            LtNDArray q,
            LtNDArray k,
            LtNDArray v,
            LtNDArray out,
            LtNDArray logSumExp,
            GroupedAttention attention) {
        LtNDArray dq = tokenMajor(q);
        LtNDArray dk = tokenMajor(k);
        LtNDArray dv = tokenMajor(k);
        LtNDArray sums = logSumExp.expandDims(3);
        for (long b = 0; b < q.getShape().get(0); b++) {
            attention.backward(
                    Heads.ofBatch(dOut, b),
                    Heads.ofBatch(q, b),
                    Heads.ofBatch(k, b),
                    Heads.ofBatch(v, b),
                    Heads.ofBatch(out, b),
                    Heads.ofBatch(sums, b),
                    Heads.ofBatch(dq, b),
                    Heads.ofBatch(dk, b),
                    Heads.ofBatch(dv, b));
        }
        return new AttentionGrads(dq, dk, dv);
    }

    /// A (B, H, T, D) array that lies in memory as (B, T, H, D).
    private static LtNDArray tokenMajor(LtNDArray like) {
        Shape shape = like.getShape();
        LtNDArray memory = like.getManager()
                .create(new Shape(shape.get(0), shape.get(2), shape.get(1), shape.get(3)), like.getDataType());
        return Ops.permute(memory, 0, 2, 1, 3);
    }

    static DataType wide(DataType type) {
        return type == DataType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    }
}

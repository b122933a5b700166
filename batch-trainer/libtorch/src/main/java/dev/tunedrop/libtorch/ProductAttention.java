package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Attention as plain products, for devices and types without a fused kernel; scores (T, S) are held whole.
///
/// ```
/// forward    s = scale q kᵀ           (T, S), -∞ above the diagonal if causal
///            p = softmax(s)           (T, S)
///            o = p v                  (T, D)
/// backward   dv = pᵀ do               (S, D)
///            dp = do vᵀ               (T, S)
///            ds = p (dp - Σ do o)     (T, S)
///            dq = scale ds k          (T, D)
///            dk = scale dsᵀ q         (S, D)
/// ```
///
/// Computed in fp32 (fp64 for fp64).
record ProductAttention() implements AttentionKernel {
    @Override
    public Attention forward(LtNDArray q, LtNDArray k, LtNDArray v, boolean causal, double scale) {
        try (LtNDManager scratch = scratch(q)) {
            LtNDArray scores = scores(q, k, causal, scale, scratch);
            LtNDArray logSumExp = Ops.logSumExp(scores, -1);
            LtNDArray p = scores.sub(logSumExp.expandDims(-1)).exp();
            LtNDArray out = Ops.cast(p.matMul(wide(v, scratch)), q.getDataType(), q.getManager());
            logSumExp.attach(q.getManager());
            return new Attention(out, logSumExp);
        }
    }

    @Override
    public AttentionGrads backward(
            LtNDArray dOut,
            LtNDArray q,
            LtNDArray k,
            LtNDArray v,
            LtNDArray out,
            LtNDArray logSumExp,
            boolean causal,
            double scale) {
        try (LtNDManager scratch = scratch(q)) {
            LtNDArray dO = wide(dOut, scratch);
            LtNDArray p = scores(q, k, causal, scale, scratch)
                    .sub(logSumExp.alias(scratch).expandDims(-1))
                    .exp();
            LtNDArray dv = p.swapAxes(2, 3).matMul(dO);
            LtNDArray dp = dO.matMul(wide(v, scratch).swapAxes(2, 3));
            LtNDArray delta = dO.mul(wide(out, scratch)).sum(new int[] {3}, true);
            LtNDArray ds = p.mul(dp.sub(delta)).mul(scale);
            LtNDArray dq = ds.matMul(wide(k, scratch));
            LtNDArray dk = ds.swapAxes(2, 3).matMul(wide(q, scratch));
            return new AttentionGrads(
                    Ops.cast(dq, q.getDataType(), q.getManager()),
                    Ops.cast(dk, q.getDataType(), q.getManager()),
                    Ops.cast(dv, q.getDataType(), q.getManager()));
        }
    }

    private static LtNDManager scratch(LtNDArray q) {
        return LtEngine.instance().newBaseManager(q.getDevice());
    }

    private static LtNDArray wide(LtNDArray x, LtNDManager scratch) {
        return x.getDataType() == DataType.FLOAT64
                ? Ops.cast(x, DataType.FLOAT64, scratch)
                : Ops.cast(x, DataType.FLOAT32, scratch);
    }

    private static LtNDArray scores(LtNDArray q, LtNDArray k, boolean causal, double scale, LtNDManager scratch) {
        LtNDArray scores =
                wide(q, scratch).matMul(wide(k, scratch).swapAxes(2, 3)).mul(scale);
        if (!causal) {
            return scores;
        }
        LtNDArray infinite = scratch.full(
                new Shape(scores.getShape().get(2), scores.getShape().get(3)),
                Float.NEGATIVE_INFINITY,
                scores.getDataType());
        return scores.add(Aten.one("aten::triu", "", infinite, 1));
    }
}

package dev.tunedrop.libtorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/// Attention of one sequence whose key heads are shared by several query heads, without repeating the keys in memory:
/// the query heads that share a key head become the kernel's batch, over keys with a batch stride of 0.
///
/// @param kernel computes it
/// @param causal whether a query sees only keys up to its own position
/// @param scale  what scores are multiplied by
record GroupedAttention(AttentionKernel kernel, boolean causal, double scale) {
    /// Writes the output and log Σ exp of a sequence where `out` and `logSumExp` lie.
    void forward(Heads q, Heads k, Heads v, Heads out, Heads logSumExp) {
        long share = q.heads() / k.heads();
        Attention result = kernel.forward(q.grouped(k.heads()), k.repeated(share), v.repeated(share), causal, scale);
        Ops.copy_(out.grouped(k.heads()), result.out());
        Ops.copy_(lastGone(logSumExp.grouped(k.heads())), result.logSumExp());
    }

    /// Writes the gradients of a sequence where `dq`, `dk`, `dv` lie; those of a shared key are added up.
    void backward(Heads dOut, Heads q, Heads k, Heads v, Heads out, Heads logSumExp, Heads dq, Heads dk, Heads dv) {
        long groups = k.heads();
        long share = q.heads() / groups;
        AttentionGrads grads = kernel.backward(
                dOut.grouped(groups),
                q.grouped(groups),
                k.repeated(share),
                v.repeated(share),
                out.grouped(groups),
                lastGone(logSumExp.grouped(groups)),
                causal,
                scale);
        Ops.copy_(dq.grouped(groups), grads.dq());
        Ops.copy_(dk.repeated(1), shared(grads.dk(), share));
        Ops.copy_(dv.repeated(1), shared(grads.dv(), share));
    }

    /// What the query heads of one key head say of it, added up.
    private static NDArray shared(NDArray grads, long share) {
        return share == 1 ? grads : Ops.sumTo(grads, new int[] {0}, true);
    }

    private static LtNDArray lastGone(LtNDArray x) {
        Shape shape = x.getShape();
        long[] strides = x.strides();
        return Ops.asStrided(
                x,
                new Shape(shape.get(0), shape.get(1), shape.get(2)),
                new long[] {strides[0], strides[1], strides[2]},
                0);
    }

    /// Refuses operands that do not belong together.
    static void check(LtNDArray q, LtNDArray k, LtNDArray v, int dims) {
        boolean fits = q.getShape().dimension() == dims
                && k.getShape().dimension() == dims
                && k.getShape().equals(v.getShape())
                && q.getShape().get(dims - 1) == k.getShape().get(dims - 1)
                && k.getShape().get(1) > 0
                && q.getShape().get(1) % k.getShape().get(1) == 0;
        if (!fits) {
            throw new IllegalArgumentException("Attention needs q " + (dims == 4 ? "(B, H, T, D)" : "(T, H, D)")
                    + " and k, v of one shape with the same D and a number of heads that divides H, was given q "
                    + q.describe() + ", k " + k.describe() + ", v " + v.describe() + ".");
        }
    }

    /// An alias in `scratch` whose last stride is 1, by a copy if need be.
    static LtNDArray rows(LtNDArray x, LtNDManager scratch) {
        long[] strides = x.strides();
        return strides[strides.length - 1] == 1 ? x.alias(scratch) : Ops.contiguousCopy(x, scratch);
    }
}

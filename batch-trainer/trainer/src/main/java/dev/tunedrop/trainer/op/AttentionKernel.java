package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.PackedAttention;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Trial;

/// [Attention] on the CPU as one kernel in each direction over all rows and heads, where LibTorch's is called row by
/// row.
///
/// @param rows where the rows of the micro-batch begin and end
/// @param form without cap, bias or a window that matters
record AttentionKernel(Bound kernel, Rows rows, MaskedAttention form) {

    private static final Fused FUSED = new Fused(Kernel.ATTENTION, 2e-5, 0x1p-6, AttentionKernel::trial);

    /// Null where LibTorch's kernels are to be used.
    static @Nullable AttentionKernel on(Rows rows, MaskedAttention form, NDArray q, NDArray... others) {
        Bound kernel = FUSED.on(q, others);
        return kernel == null ? null : new AttentionKernel(kernel, rows, form);
    }

    Attention.Kept forward(NDArray q, NDArray k, NDArray v) {
        NDManager owner = q.getManager();
        NDArray out = owner.create(q.getShape(), q.getDataType());
        Shape sums = new Shape(q.getShape().get(1), q.getShape().get(0));
        NDArray logSumExp = owner.create(sums, DataType.FLOAT32);
        launch("forward", q, k, q, k, v, out, logSumExp);
        return new Attention.Kept(out, logSumExp);
    }

    AttentionGrads backward(NDArray dout, NDArray q, NDArray k, NDArray v, NDArray out, NDArray logSumExp) {
        NDManager owner = dout.getManager();
        NDArray dq = owner.create(q.getShape(), q.getDataType());
        NDArray dk = owner.create(k.getShape(), k.getDataType());
        NDArray dv = owner.create(v.getShape(), v.getDataType());
        launch("backward", q, k, dout, q, k, v, out, logSumExp, dq, dk, dv);
        return new AttentionGrads(dq, dk, dv);
    }

    private void launch(String direction, NDArray q, NDArray k, NDArray... arrays) {
        Object[] arguments = new Object[arrays.length + 7];
        System.arraycopy(arrays, 0, arguments, 0, arrays.length);
        int next = arrays.length;
        arguments[next++] = rows.starts();
        arguments[next++] = Math.toIntExact(q.getShape().get(1));
        arguments[next++] = Math.toIntExact(k.getShape().get(1));
        arguments[next++] = Math.toIntExact(q.getShape().get(2));
        arguments[next++] = Math.toIntExact(q.getShape().get(0));
        arguments[next++] = form.causal() ? 1 : 0;
        arguments[next] = (float) form.scale();
        kernel.rows(direction, rows.lengths().length, arguments);
    }

    private static List<Trial.Pair> trial(Bound kernel, NDManager manager, DataType type) {
        Rows rows = Rows.of(manager, 41, 3, 33);
        NDArray q = Trial.normal(manager, type, 1, 77, 6, 24);
        NDArray k = Trial.normal(manager, type, 2, 77, 2, 24);
        NDArray v = Trial.normal(manager, type, 3, 77, 2, 24);
        NDArray dout = Trial.normal(manager, type, 4, 77, 6, 24);
        MaskedAttention causal = new MaskedAttention(0.2, Integer.MAX_VALUE, null);
        MaskedAttention both = new MaskedAttention(0.2, Integer.MAX_VALUE, null, null, false);
        return java.util.stream.Stream.of(causal, both)
                .flatMap(form -> pairs(new AttentionKernel(kernel, rows, form), q, k, v, dout).stream())
                .toList();
    }

    private static List<Trial.Pair> pairs(AttentionKernel here, NDArray q, NDArray k, NDArray v, NDArray dout) {
        Rows rows = here.rows;
        PackedAttention there = PackedAttention.of(
                rows.starts(), rows.lengths(), rows.longest(), here.form.causal(), here.form.scale());
        dev.tunedrop.libtorch.Attention plain = there.forward(q, k, v);
        Attention.Kept fused = here.forward(q, k, v);
        NDArray sums = java.util.Objects.requireNonNull(fused.logSumExp());
        AttentionGrads plainGrads = there.backward(dout, q, k, v, plain);
        AttentionGrads grads = here.backward(dout, q, k, v, fused.out(), sums);
        return List.of(
                new Trial.Pair(fused.out(), plain.out()),
                new Trial.Pair(sums, plain.logSumExp()),
                new Trial.Pair(grads.dq(), plainGrads.dq()),
                new Trial.Pair(grads.dk(), plainGrads.dk()),
                new Trial.Pair(grads.dv(), plainGrads.dv()));
    }
}

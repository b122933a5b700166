package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Trial;

/// The losses of a chunk of tokens and their gradient, from its logits.
///
/// ```
/// forward    c = z, or κ tanh(z / κ)          (n, V)
///            loss = lse(c) - c[target]        (n)
/// backward   dc = softmax(c) - onehot         (n, V)
///            dz = dc (1 - (c / κ)²)           (n, V)
/// ```
///
/// On a GPU it is one kernel, which writes dz over z: 6 bytes a logit in bf16, and no fp32 copies of the chunk.
///
/// @param losses (n) fp32
/// @param dz (n, V) in the type of z; absent where it was not asked for
record TokenLosses(NDArray losses, @Nullable NDArray dz) {

    private static final Fused FUSED = new Fused(Kernel.CROSS_ENTROPY, 1e-5, 0x1p-7, TokenLosses::trial);
    private static final int PACK = 8;

    /// What they are computed from.
    ///
    /// @param z (n, V) as the product gave it; closed or overwritten
    /// @param targets (n) int64
    /// @param cap κ; absent: none
    record Logits(NDArray z, NDArray targets, @Nullable SoftCap cap) {

        TokenLosses scored(boolean gradient) {
            Bound kernel = z.getShape().get(1) % PACK == 0 ? FUSED.on(z) : null;
            return kernel == null ? plain(gradient) : fused(kernel, gradient);
        }

        private TokenLosses fused(Bound kernel, boolean gradient) {
            long rows = z.getShape().get(0);
            NDArray losses = z.getManager().create(new Shape(rows), DataType.FLOAT32);
            int vocabulary = Math.toIntExact(z.getShape().get(1));
            float limit = cap == null ? 0 : (float) cap.cap();
            kernel.rows("", rows, z, targets, losses, vocabulary, limit, gradient ? 1 : 0);
            return new TokenLosses(losses, gradient ? z : null);
        }

        private TokenLosses plain(boolean gradient) {
            DataType type = z.getDataType();
            try (NDArray c = SoftCap.apply(cap, Casts.to(DataType.FLOAT32, z));
                    NDArray column = Ops.view(targets, new Shape(c.getShape().get(0), 1))) {
                NDArray losses = Ops.logSumExp(c, 1);
                try (NDArray chosen = Ops.gather(c, 1, column);
                        NDArray flat = Ops.view(chosen, losses.getShape())) {
                    Ops.add_(losses, flat, -1);
                }
                return new TokenLosses(losses, gradient ? Casts.to(type, gradient(c, column)) : null);
            }
        }

        private NDArray gradient(NDArray c, NDArray column) {
            NDArray p = Ops.softmax(c, 1, true);
            try (NDArray one = p.getManager().ones(column.getShape(), DataType.FLOAT32);
                    NDArray chosen = Ops.gather(p, 1, column)) {
                Ops.add_(chosen, one, -1);
                Ops.scatter_(p, 1, column, chosen);
            }
            return cap == null ? p : cap.backward(c, p);
        }
    }

    private static List<Trial.Pair> trial(Bound kernel, NDManager manager, DataType type) {
        NDArray targets = manager.create(new long[] {0, 1031, 517});
        NDArray z = Trial.normal(manager, type, 1, 3, 1032).mul(4);
        TokenLosses here = new Logits(z.duplicate(), targets, null).fused(kernel, true);
        TokenLosses there = new Logits(z.duplicate(), targets, null).plain(true);
        TokenLosses hereCapped = new Logits(z.duplicate(), targets, new SoftCap(5)).fused(kernel, true);
        TokenLosses thereCapped = new Logits(z.duplicate(), targets, new SoftCap(5)).plain(true);
        return List.of(
                new Trial.Pair(here.losses, there.losses),
                new Trial.Pair(here.gradient(), there.gradient()),
                new Trial.Pair(hereCapped.losses, thereCapped.losses),
                new Trial.Pair(hereCapped.gradient(), thereCapped.gradient()));
    }

    /// dz, which was asked for.
    NDArray gradient() {
        if (dz == null) throw new IllegalStateException("no gradient was asked for");
        return dz;
    }
}

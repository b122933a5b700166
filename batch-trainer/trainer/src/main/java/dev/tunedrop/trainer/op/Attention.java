package dev.tunedrop.trainer.op;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.libtorch.PackedAttention;

/// Attention within each row of a micro-batch, causal or both ways; query heads share key heads in groups of H / K.
///
/// ```
/// forward    p = softmax(q kᵀ / √D)        keys of the same row; causal: up to the query's own position
///            o = p v                        (T, H, D)
/// backward   dv = pᵀ do
///            ds = p ⊙ (do vᵀ - Σ_D do ⊙ o)
///            dq = ds k / √D                 dk = dsᵀ q / √D
/// ```
///
/// The kernels behind it never hold p of all queries; they keep the logarithm of its normaliser, lse (H, T). A cap,
/// a bias, or on the CPU a window that is shorter than the longest row, is [MaskedAttention]'s.
///
/// @param rows where the rows of the micro-batch begin and end
/// @param form scale, window, cap and bias of the scores
public record Attention(Rows rows, MaskedAttention form) {

    /// Every earlier key, no cap, no bias.
    ///
    /// @param scale 1 / √D
    public Attention(Rows rows, double scale) {
        this(rows, new MaskedAttention(scale, Integer.MAX_VALUE, null));
    }

    /// What the backward pass needs beside q, k and v.
    ///
    /// @param out o (T, H, D)
    /// @param logSumExp lse, of a fused kernel
    public record Kept(NDArray out, @Nullable NDArray logSumExp) {}

    /// @param q (T, H, D)
    /// @param k (T, K, D)
    /// @param v (T, K, D)
    public Kept forward(NDArray q, NDArray k, NDArray v) {
        if (!isPlain(q)) return new Kept(eachRow(q, k, v), null);
        AttentionKernel fused = AttentionKernel.on(rows, form, q, k, v);
        if (fused != null) return fused.forward(q, k, v);
        dev.tunedrop.libtorch.Attention result = kernel().forward(q, k, v);
        return new Kept(result.out(), result.logSumExp());
    }

    /// @param dout (T, H, D)
    public AttentionGrads backward(NDArray dout, NDArray q, NDArray k, NDArray v, Kept kept) {
        if (kept.logSumExp == null) return eachRowBackward(dout, q, k, v);
        AttentionKernel fused = AttentionKernel.on(rows, form, q, k, v, dout, kept.out);
        if (fused != null) return fused.backward(dout, q, k, v, kept.out, kept.logSumExp);
        return kernel().backward(dout, q, k, v, new dev.tunedrop.libtorch.Attention(kept.out, kept.logSumExp));
    }

    /// Whether a fused kernel computes it: without a cap or a bias, and without a window but on a GPU, whose kernel has
    /// one.
    private boolean isPlain(NDArray q) {
        return form.isPlain(PackedAttention.takesWindow(q) ? form.window() : rows.longest());
    }

    private PackedAttention kernel() {
        return PackedAttention.of(rows.starts(), rows.lengths(), rows.longest(), form.causal(), form.scale())
                .within(form.window());
    }

    private NDArray eachRow(NDArray q, NDArray k, NDArray v) {
        try (NDManager scope = q.getManager().newSubManager()) {
            List<NDArray> outs = new ArrayList<>();
            long start = 0;
            for (long length : rows.lengths()) {
                outs.add(form.forward(
                        row(q, start, length, scope), row(k, start, length, scope), row(v, start, length, scope)));
                start += length;
            }
            return tokensFirst(outs, q.getManager());
        }
    }

    private AttentionGrads eachRowBackward(NDArray dout, NDArray q, NDArray k, NDArray v) {
        NDManager owner = dout.getManager();
        try (NDManager scope = owner.newSubManager()) {
            List<NDArray> dq = new ArrayList<>();
            List<NDArray> dk = new ArrayList<>();
            List<NDArray> dv = new ArrayList<>();
            long start = 0;
            for (long length : rows.lengths()) {
                AttentionGrads grads = form.backward(
                        row(dout, start, length, scope),
                        row(q, start, length, scope),
                        row(k, start, length, scope),
                        row(v, start, length, scope));
                dq.add(grads.dq());
                dk.add(grads.dk());
                dv.add(grads.dv());
                start += length;
            }
            return new AttentionGrads(tokensFirst(dq, owner), tokensFirst(dk, owner), tokensFirst(dv, owner));
        }
    }

    /// One row of (T, H, D) as (H, n, D).
    private static NDArray row(NDArray x, long start, long length, NDManager scope) {
        return Ops.contiguous(Ops.permute(Aliases.in(scope, x, 0, start, length), 1, 0, 2));
    }

    /// Rows (H, n, D) as (T, H, D).
    private static NDArray tokensFirst(List<NDArray> rows, NDManager owner) {
        NDArray[] turned = rows.stream().map(row -> Ops.permute(row, 1, 0, 2)).toArray(NDArray[]::new);
        NDArray all = Ops.contiguous(turned.length == 1 ? turned[0] : NDArrays.concat(new NDList(turned), 0));
        all.attach(owner);
        return all;
    }
}

package dev.tunedrop.trainer.op;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.Ops;

/// Causal attention of one sequence by plain products, for what no fused kernel computes: a window, a cap, a bias.
///
/// ```
/// forward    s = scale q kᵀ                      (T, S)    S ≥ T: the last T keys are the queries' own
///            c = κ tanh(s / κ)                   s itself where there is no cap; then c + b, where there is a bias
///            p = softmax(c)                      over the last W keys up to the query's own
///            o = p v                             (T, D)
/// backward   dv = pᵀ do                          (S, D)
///            dp = do vᵀ                          (T, S)
///            dc = p ⊙ (dp - Σ_S p ⊙ dp)
///            ds = dc (1 - (c / κ)²)
///            dq = scale ds k                     dk = scale dsᵀ q
/// ```
///
/// H query heads share K key heads in groups. A block of queries at a time, with only the keys that it may see; scores
/// are fp32 and of one block only, and the backward computes them again.
///
/// @param scale what scores are multiplied by
/// @param window W; [Integer#MAX_VALUE] where every earlier key is seen
/// @param cap κ; absent: none
/// @param bias b, of the distance; absent: none
/// @param causal whether keys later than the query are hidden; only the fused kernels show them
public record MaskedAttention(
        double scale,
        int window,
        @Nullable SoftCap cap,
        @Nullable LinearBias bias,
        boolean causal) {

    public MaskedAttention {
        if (!causal && (cap != null || bias != null || window != Integer.MAX_VALUE))
            throw new IllegalArgumentException("attention both ways has no window, cap or bias");
    }

    /// Causal, without a bias.
    public MaskedAttention(double scale, int window, @Nullable SoftCap cap) {
        this(scale, window, cap, null, true);
    }

    private static final long BLOCK = 256;

    /// Whether a kernel that knows neither window, cap nor bias computes the same for `keys` keys.
    public boolean isPlain(long keys) {
        return isProduct() && window >= keys;
    }

    /// Whether a score is the product alone.
    public boolean isProduct() {
        return cap == null && bias == null;
    }

    /// @param q (H, T, D)
    /// @param k (K, S, D)
    /// @param v (K, S, D)
    /// @return (H, T, D)
    public NDArray forward(NDArray q, NDArray k, NDArray v) {
        NDManager owner = q.getManager();
        List<NDArray> parts = new ArrayList<>();
        try (NDManager scope = owner.newSubManager()) {
            for (Block block : blocks(q, k)) {
                try (NDManager step = scope.newSubManager()) {
                    Open at = new Open(block, q, k, v, step);
                    NDArray p = Ops.softmax(at.masked(at.scores()), -1, true);
                    NDArray out = at.perHead(Ops.bmm(at.perGroup(Casts.to(q.getDataType(), p)), at.v));
                    out.attach(scope);
                    parts.add(out);
                }
            }
            return joined(parts, owner);
        }
    }

    /// @param dout (H, T, D)
    public AttentionGrads backward(NDArray dout, NDArray q, NDArray k, NDArray v) {
        NDManager owner = dout.getManager();
        DataType type = q.getDataType();
        List<NDArray> parts = new ArrayList<>();
        try (NDManager scope = owner.newSubManager()) {
            NDArray dk = scope.zeros(k.getShape(), DataType.FLOAT32);
            NDArray dv = scope.zeros(v.getShape(), DataType.FLOAT32);
            for (Block block : blocks(q, k)) {
                try (NDManager step = scope.newSubManager()) {
                    Open at = new Open(block, q, k, v, step);
                    NDArray c = at.scores();
                    NDArray p = Ops.softmax(at.masked(c), -1, true);
                    NDArray dO = at.perGroup(at.queries(dout));
                    at.add(dv, Ops.bmm(transposed(at.perGroup(Casts.as(type, p))), dO));
                    NDArray dp = at.perHead(Casts.to(DataType.FLOAT32, Ops.bmm(dO, transposed(at.v))));
                    NDArray mean = Ops.sumTo(p.mul(dp), new int[] {2}, true);
                    NDArray dc = p.mul(dp.sub(mean));
                    NDArray ds = cap == null ? dc : cap.backward(c, dc);
                    NDArray scaled = at.perGroup(Casts.to(type, Ops.mulScalar_(ds, scale)));
                    NDArray dq = at.perHead(Ops.bmm(scaled, at.k));
                    at.add(dk, Ops.bmm(transposed(scaled), at.q));
                    dq.attach(scope);
                    parts.add(dq);
                }
            }
            return new AttentionGrads(joined(parts, owner), moved(dk, type, owner), moved(dv, type, owner));
        }
    }

    private static NDArray joined(List<NDArray> parts, NDManager owner) {
        NDArray all =
                parts.size() == 1 ? parts.getFirst() : NDArrays.concat(new NDList(parts.toArray(NDArray[]::new)), 1);
        all.attach(owner);
        return all;
    }

    private static NDArray moved(NDArray gradient, DataType type, NDManager owner) {
        NDArray rounded = Casts.to(type, gradient);
        rounded.attach(owner);
        return rounded;
    }

    private static NDArray transposed(NDArray x) {
        return Ops.permute(x, 0, 2, 1);
    }

    /// Queries `from` … `from + count`, and the keys that any of them sees.
    ///
    /// @param ahead how many of these keys lie before the first query's own
    private record Block(long from, long count, long firstKey, long keys, long ahead) {}

    private List<Block> blocks(NDArray q, NDArray k) {
        long queries = q.getShape().get(1);
        long before = k.getShape().get(1) - queries;
        List<Block> blocks = new ArrayList<>();
        for (long from = 0; from < queries; from += BLOCK) {
            long count = Math.min(BLOCK, queries - from);
            long firstKey = Math.max(0, before + from - window + 1);
            long ahead = before + from - firstKey;
            blocks.add(new Block(from, count, firstKey, ahead + count, ahead));
        }
        return blocks;
    }

    /// One block's operands q (K, G n, D), k and v (K, m, D), whose products belong to a scope of their own: the G
    /// query heads of a key head lie end to end.
    private final class Open {

        private final Block block;
        private final long heads;
        private final long groups;
        private final NDManager step;
        private final NDArray q;
        private final NDArray k;
        private final NDArray v;

        Open(Block block, NDArray q, NDArray k, NDArray v, NDManager step) {
            this.block = block;
            this.heads = q.getShape().get(0);
            this.groups = k.getShape().get(0);
            this.step = step;
            this.q = perGroup(queries(q));
            this.k = Aliases.in(step, k, 1, block.firstKey, block.keys);
            this.v = Aliases.in(step, v, 1, block.firstKey, block.keys);
        }

        NDArray queries(NDArray all) {
            return Aliases.in(step, all, 1, block.from, block.count);
        }

        /// c (H, n, m) in fp32, nothing masked.
        NDArray scores() {
            NDArray s = perHead(Casts.to(DataType.FLOAT32, Ops.bmm(q, transposed(k))));
            return SoftCap.apply(cap, Ops.mulScalar_(s, scale));
        }

        /// c + b, and -∞ where a key is later than the query or W or more before it.
        NDArray masked(NDArray c) {
            NDArray result = bias == null ? c : c.add(bias.of(step, block.count, block.keys, block.ahead));
            if (block.count > 1) result = result.add(Aten.one("aten::triu", "", infinite(), block.ahead + 1));
            long last = block.ahead + block.count - 1; // how far the last query's own key is from the first key
            if (last >= window) result = result.add(Aten.one("aten::tril", "", infinite(), block.ahead - window));
            return result;
        }

        private NDArray infinite() {
            return step.full(new Shape(block.count, block.keys), Float.NEGATIVE_INFINITY, DataType.FLOAT32);
        }

        /// (H, n, X) → (K, G n, X)
        NDArray perGroup(NDArray x) {
            return Ops.view(
                    Ops.contiguous(x),
                    new Shape(groups, heads / groups * block.count, x.getShape().get(2)));
        }

        /// (K, G n, X) → (H, n, X)
        NDArray perHead(NDArray x) {
            return Ops.view(x, new Shape(heads, block.count, x.getShape().get(2)));
        }

        /// Adds (K, m, D) where these keys lie in `sum`.
        void add(NDArray sum, NDArray part) {
            Ops.add_(Aliases.in(step, sum, 1, block.firstKey, block.keys), Casts.to(DataType.FLOAT32, part), 1);
        }
    }
}

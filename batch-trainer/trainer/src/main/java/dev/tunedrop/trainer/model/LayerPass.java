package dev.tunedrop.trainer.model;

import static dev.tunedrop.trainer.model.LayerWeights.GATED;
import static dev.tunedrop.trainer.model.LayerWeights.INPUTS;
import static dev.tunedrop.trainer.weights.NormPlace.AFTER_ATTENTION;
import static dev.tunedrop.trainer.weights.NormPlace.AFTER_FEED_FORWARD;
import static dev.tunedrop.trainer.weights.NormPlace.ATTENTION_SUM;
import static dev.tunedrop.trainer.weights.NormPlace.BEFORE_ATTENTION;
import static dev.tunedrop.trainer.weights.NormPlace.BEFORE_FEED_FORWARD;
import static dev.tunedrop.trainer.weights.NormPlace.FEED_FORWARD_SUM;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.Attention;
import dev.tunedrop.trainer.op.Gate;
import dev.tunedrop.trainer.op.Gelu;
import dev.tunedrop.trainer.op.HeadByHead;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.LinearGroup;
import dev.tunedrop.trainer.op.Rope;
import dev.tunedrop.trainer.weights.Projection;

/// One pass of a micro-batch through one decoder layer, with everything the backward needs in a scope of its own.
///
/// ```
/// forward    n1 = norm1(x)                         (T, C)
///            q, k, v = n1 Wqᵀ, n1 Wkᵀ, n1 Wvᵀ      (T, H D), (T, K D), (T, K D)     or out of one map
///            a = attention(rope q, rope k, v)      (T, H D)
///            o = a Woᵀ                             (T, C)
///            s = x + norm2(o)                      (T, C)
///            m = norm3(s)
///            n2 = norm4(m)
///            h = act(n2 Wgᵀ) ⊙ n2 Wuᵀ              (T, F)       act(n2 Wuᵀ) where there is no gate
///            d = h Wdᵀ                             (T, C)
///            e = m + norm5(d)                      (T, C)
///            y = norm6(e)
/// backward   the same lines from the last to the first
/// ```
///
/// Most architectures have norms 1 and 4 only; a norm that is not there changes nothing.
final class LayerPass implements AutoCloseable {

    private final LayerWeights weights;
    private final PassContext context;
    private final NDManager scope;
    private final Map<Projection, Linear> open = new EnumMap<>(Projection.class);
    private final Map<List<Projection>, LinearGroup> groups = new HashMap<>();
    private @Nullable Kept kept;

    /// What the forward keeps.
    private record Kept(
            NDArray x,
            NDArray n1,
            NDArray q,
            NDArray k,
            NDArray v,
            Attention.Kept attention,
            NDArray a,
            NDArray o,
            NDArray s,
            NDArray m,
            NDArray n2,
            @Nullable NDArray gate,
            NDArray up,
            NDArray h,
            @Nullable NDArray d) {}

    LayerPass(LayerWeights weights, PassContext context, NDManager parent) {
        this.weights = weights;
        this.context = context;
        this.scope = parent.newSubManager();
    }

    /// What belongs to this pass, and closes with it.
    NDManager scope() {
        return scope;
    }

    /// x (T, C) → y (T, C), which belongs to this pass's scope.
    NDArray forward(NDArray x) {
        Kept now = upToDown(x);
        NDArray d = now.d == null ? linear(Projection.DOWN).forward(now.h) : now.d;
        return weights.normed(FEED_FORWARD_SUM, sum(now.m, d));
    }

    private NDArray sum(NDArray m, NDArray d) {
        return m.add(weights.normed(AFTER_FEED_FORWARD, d));
    }

    /// Everything but what comes last: what a backward needs of a forward that has been thrown away.
    void recompute(NDArray x) {
        upToDown(x);
    }

    private Kept upToDown(NDArray input) {
        NDArray x = Aliases.in(scope, input);
        NDArray n1 = weights.normed(BEFORE_ATTENTION, x);
        HeadByHead.Parts parts = queriesKeysValues(n1);
        NDArray q = rotated(parts.q());
        NDArray k = rotated(parts.k());
        Attention.Kept attention = attention().forward(q, k, parts.v());
        NDArray a = flat(attention.out());
        NDArray o = linear(Projection.OUTPUT).forward(a);
        NDArray s = x.add(weights.normed(AFTER_ATTENTION, o));
        if (!weights.has(AFTER_ATTENTION)) free(o);
        NDArray m = weights.normed(ATTENTION_SUM, s);
        NDArray n2 = weights.normed(BEFORE_FEED_FORWARD, m);
        NDArray gate;
        NDArray up;
        NDArray h;
        switch (context.inner()) {
            case Gate gated -> {
                List<NDArray> both = group(GATED).forward(n2);
                gate = both.get(0);
                up = both.get(1);
                h = gated.forward(gate, up);
            }
            case Gelu unit -> {
                gate = null;
                up = linear(Projection.UP).forward(n2);
                h = unit.forward(up);
            }
        }
        NDArray d = keepsDown() ? linear(Projection.DOWN).forward(h) : null;
        kept = new Kept(x, n1, q, k, parts.v(), attention, a, o, s, m, n2, gate, up, h, d);
        return kept;
    }

    /// Whether the backward needs what the last map answers.
    private boolean keepsDown() {
        return weights.has(AFTER_FEED_FORWARD) || weights.has(FEED_FORWARD_SUM);
    }

    /// (T, H, D), (T, K, D) and (T, K, D)
    private HeadByHead.Parts queriesKeysValues(NDArray n1) {
        if (weights.has(Projection.QUERY_KEY_VALUE))
            return context.fused().forward(linear(Projection.QUERY_KEY_VALUE).forward(n1));
        int heads = context.shape().heads();
        int kvHeads = context.shape().kvHeads();
        List<NDArray> parts = group(INPUTS).forward(n1);
        return new HeadByHead.Parts(
                heads(parts.get(0), heads), heads(parts.get(1), kvHeads), heads(parts.get(2), kvHeads));
    }

    /// dy (T, C) → dx (T, C), which belongs to this pass's scope.
    NDArray backward(NDArray output) {
        Kept f = kept;
        if (f == null) throw new IllegalStateException("a backward needs its forward first");
        NDArray dy = Aliases.in(scope, output);
        NDArray de = f.d == null ? dy : weights.normedBackward(FEED_FORWARD_SUM, () -> sum(f.m, f.d), dy);
        NDArray dd = f.d == null ? de : weights.normedBackward(AFTER_FEED_FORWARD, f.d, de);
        free(f.d);
        NDArray dh = linear(Projection.DOWN).lastBackward(f.h, dd);
        NDArray dn2 = throughFeedForward(f, dh);
        NDArray dm = de.add(weights.normedBackward(BEFORE_FEED_FORWARD, f.m, dn2));
        free(dn2);
        NDArray ds = weights.normedBackward(ATTENTION_SUM, f.s, dm);
        NDArray dO = weights.normedBackward(AFTER_ATTENTION, f.o, ds);
        NDArray da = heads(
                linear(Projection.OUTPUT).backward(f.a, dO), context.shape().heads());
        AttentionGrads grads = attention().backward(da, f.q, f.k, f.v, f.attention);
        free(da, f.q, f.k, f.v, f.a, f.attention.out());
        NDArray dn1 = throughInputs(f, rotatedBack(grads.dq()), rotatedBack(grads.dk()), grads.dv());
        return ds.add(weights.normedBackward(BEFORE_ATTENTION, f.x, dn1));
    }

    private NDArray throughFeedForward(Kept f, NDArray dh) {
        return switch (context.inner()) {
            case Gate gate -> {
                Gate.Grads gated = gate.backward(Objects.requireNonNull(f.gate), f.up, dh);
                free(f.gate, f.up, dh);
                yield group(GATED).backward(f.n2, List.of(gated.dg(), gated.du()));
            }
            case Gelu unit -> linear(Projection.UP).backward(f.n2, unit.backward(f.up, dh));
        };
    }

    private NDArray throughInputs(Kept f, NDArray dq, NDArray dk, NDArray dv) {
        if (weights.has(Projection.QUERY_KEY_VALUE))
            return linear(Projection.QUERY_KEY_VALUE)
                    .backward(f.n1, context.fused().backward(dq, dk, dv));
        return group(INPUTS).backward(f.n1, List.of(flat(dq), flat(dk), flat(dv)));
    }

    private Attention attention() {
        return context.attentions().get(weights.number());
    }

    private Linear linear(Projection projection) {
        return open.computeIfAbsent(projection, which -> weights.open(which, scope, context.draw()));
    }

    private LinearGroup group(List<Projection> projections) {
        return groups.computeIfAbsent(projections, which -> weights.open(which, scope, context.draw()));
    }

    private NDArray rotated(NDArray x) {
        Rope rope = context.rope();
        if (rope == null) return x;
        try (x) {
            return rope.forward(x);
        }
    }

    private NDArray rotatedBack(NDArray dy) {
        Rope rope = context.rope();
        return rope == null ? dy : rope.backward(dy);
    }

    /// (T, heads D) → (T, heads, D), in its place
    private NDArray heads(NDArray flat, int heads) {
        try (flat) {
            return Ops.view(
                    flat,
                    new Shape(flat.getShape().get(0), heads, context.shape().headDim()));
        }
    }

    /// (T, heads, D) → (T, heads D)
    private static NDArray flat(NDArray x) {
        Shape shape = x.getShape();
        return Ops.view(Ops.contiguous(x), new Shape(shape.get(0), shape.get(1) * shape.get(2)));
    }

    /// Frees what no later line reads: a layer's peak is what fits a model on a card or not.
    private static void free(@Nullable NDArray... arrays) {
        for (NDArray array : arrays) if (array != null) array.close();
    }

    @Override
    public void close() {
        scope.close();
    }
}

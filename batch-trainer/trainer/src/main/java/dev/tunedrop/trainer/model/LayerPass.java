package dev.tunedrop.trainer.model;

import static dev.tunedrop.trainer.weights.NormPlace.AFTER_ATTENTION;
import static dev.tunedrop.trainer.weights.NormPlace.AFTER_FEED_FORWARD;
import static dev.tunedrop.trainer.weights.NormPlace.BEFORE_ATTENTION;
import static dev.tunedrop.trainer.weights.NormPlace.BEFORE_FEED_FORWARD;

import java.util.EnumMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.AttentionGrads;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.Attention;
import dev.tunedrop.trainer.op.Gate;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.weights.Projection;

/// One pass of a micro-batch through one decoder layer, with everything the backward needs in a scope of its own.
///
/// ```
/// forward    n1 = norm1(x)                         (T, C)
///            q, k, v = n1 Wqᵀ, n1 Wkᵀ, n1 Wvᵀ      (T, H D), (T, K D), (T, K D)
///            a = attention(rope q, rope k, v)      (T, H D)
///            o = a Woᵀ                             (T, C)
///            m = x + norm2(o)
///            n2 = norm3(m)
///            h = act(n2 Wgᵀ) ⊙ n2 Wuᵀ              (T, F)
///            d = h Wdᵀ                             (T, C)
///            y = m + norm4(d)
/// backward   the same lines from the last to the first
/// ```
///
/// Most architectures have norms 1 and 3 only; a norm that is not there changes nothing.
final class LayerPass implements AutoCloseable {

    private final LayerWeights weights;
    private final PassContext context;
    private final NDManager scope;
    private final Map<Projection, Linear> open = new EnumMap<>(Projection.class);
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
            NDArray m,
            NDArray n2,
            NDArray gate,
            NDArray up,
            NDArray h,
            @Nullable NDArray d) {}

    LayerPass(LayerWeights weights, PassContext context, NDManager parent) {
        this.weights = weights;
        this.context = context;
        this.scope = parent.newSubManager();
    }

    /// x (T, C) → y (T, C), which belongs to this pass's scope.
    NDArray forward(NDArray x) {
        Kept now = upToDown(x);
        NDArray d = now.d == null ? linear(Projection.DOWN).forward(now.h) : now.d;
        return now.m.add(weights.normed(AFTER_FEED_FORWARD, d));
    }

    /// Everything but what comes last: what a backward needs of a forward that has been thrown away.
    void recompute(NDArray x) {
        upToDown(x);
    }

    private Kept upToDown(NDArray input) {
        NDArray x = Aliases.in(scope, input);
        NDArray n1 = weights.normed(BEFORE_ATTENTION, x);
        NDArray q =
                rotated(linear(Projection.QUERY).forward(n1), context.shape().heads());
        NDArray k = rotated(linear(Projection.KEY).forward(n1), context.shape().kvHeads());
        NDArray v = heads(linear(Projection.VALUE).forward(n1), context.shape().kvHeads());
        Attention.Kept attention = attention().forward(q, k, v);
        NDArray a = flat(attention.out());
        NDArray o = linear(Projection.OUTPUT).forward(a);
        NDArray m = x.add(weights.normed(AFTER_ATTENTION, o));
        if (!weights.has(AFTER_ATTENTION)) free(o);
        NDArray n2 = weights.normed(BEFORE_FEED_FORWARD, m);
        NDArray gate = linear(Projection.GATE).forward(n2);
        NDArray up = linear(Projection.UP).forward(n2);
        NDArray h = context.gate().forward(gate, up);
        NDArray d = weights.has(AFTER_FEED_FORWARD) ? linear(Projection.DOWN).forward(h) : null;
        kept = new Kept(x, n1, q, k, v, attention, a, o, m, n2, gate, up, h, d);
        return kept;
    }

    /// dy (T, C) → dx (T, C), which belongs to this pass's scope.
    NDArray backward(NDArray output) {
        Kept f = kept;
        if (f == null) throw new IllegalStateException("a backward needs its forward first");
        NDArray dy = Aliases.in(scope, output);
        NDArray dd = f.d == null ? dy : weights.normedBackward(AFTER_FEED_FORWARD, f.d, dy);
        NDArray dh = linear(Projection.DOWN).backward(f.h, dd);
        free(f.h, f.d);
        Gate.Grads gated = context.gate().backward(f.gate, f.up, dh);
        free(f.gate, f.up, dh);
        NDArray dn2 = linear(Projection.GATE).backward(f.n2, gated.dg());
        free(gated.dg());
        dn2 = sum(dn2, linear(Projection.UP).backward(f.n2, gated.du()));
        free(gated.du(), f.n2);
        NDArray dm = dy.add(weights.normedBackward(BEFORE_FEED_FORWARD, f.m, dn2));
        free(dn2);
        NDArray dO = weights.normedBackward(AFTER_ATTENTION, f.o, dm);
        NDArray da = heads(
                linear(Projection.OUTPUT).backward(f.a, dO), context.shape().heads());
        AttentionGrads grads = attention().backward(da, f.q, f.k, f.v, f.attention);
        free(da, f.q, f.k, f.v, f.a, f.attention.out());
        NDArray dq = flat(context.rope().backward(grads.dq()));
        NDArray dk = flat(context.rope().backward(grads.dk()));
        NDArray dv = flat(grads.dv());
        NDArray dn1 = sum(
                linear(Projection.QUERY).backward(f.n1, dq),
                linear(Projection.KEY).backward(f.n1, dk));
        dn1 = sum(dn1, linear(Projection.VALUE).backward(f.n1, dv));
        return dm.add(weights.normedBackward(BEFORE_ATTENTION, f.x, dn1));
    }

    private Attention attention() {
        return context.attentions().get(weights.number());
    }

    private Linear linear(Projection projection) {
        return open.computeIfAbsent(projection, which -> weights.open(which, scope, context.draw()));
    }

    private NDArray rotated(NDArray flat, int heads) {
        try (NDArray x = heads(flat, heads)) {
            return context.rope().forward(x);
        }
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

    /// a + b, in their place
    private static NDArray sum(NDArray a, NDArray b) {
        try (a;
                b) {
            return a.add(b);
        }
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

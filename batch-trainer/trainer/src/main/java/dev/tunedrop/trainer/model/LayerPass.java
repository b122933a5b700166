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
    private final NDManager parent;
    private final Map<Projection, Linear> open = new EnumMap<>(Projection.class);
    private final Map<List<Projection>, LinearGroup> groups = new HashMap<>();
    private NDManager scope;
    private LayerState.Waiting waiting = LayerState.Waiting.NOTHING;
    private @Nullable LayerState state;

    LayerPass(LayerWeights weights, PassContext context, NDManager parent) {
        this.weights = weights;
        this.context = context;
        this.parent = parent;
        this.scope = parent.newSubManager();
    }

    /// What belongs to this pass, and closes with it.
    NDManager scope() {
        return scope;
    }

    /// x (T, C) → y (T, C), which belongs to this pass's scope.
    NDArray forward(NDArray x) {
        LayerState now = upToDown(x);
        NDArray d = now.d() == null ? linear(Projection.DOWN).forward(now.h()) : now.d();
        NDArray e = sum(now.m(), d);
        if (now.d() == null) free(d);
        return weights.normed(FEED_FORWARD_SUM, e);
    }

    private NDArray sum(NDArray m, NDArray d) {
        return m.add(weights.normed(AFTER_FEED_FORWARD, d));
    }

    /// Ends the forward: only what is to be kept stays.
    void rest(Keep keep) {
        if (keep == Keep.ALL) return;
        NDManager next = parent.newSubManager();
        waiting =
                Objects.requireNonNull(state, "a rest needs its forward first").waiting(keep);
        waiting.attach(next);
        scope.close();
        scope = next;
        state = null;
        open.clear();
        groups.clear();
    }

    /// Everything but what comes last: what a backward needs of a forward of which only a part was kept.
    void recompute(NDArray x) {
        upToDown(x);
    }

    private LayerState upToDown(NDArray input) {
        NDArray x = Aliases.in(scope, input);
        NDArray n1 = weights.normed(BEFORE_ATTENTION, x);
        LayerState.Turned turned = waiting.turned();
        LayerState.Attended attended = waiting.attended();
        if (turned == null) turned = turned(n1);
        if (attended == null) attended = attended(x, turned);
        NDArray m = weights.normed(ATTENTION_SUM, attended.s());
        NDArray n2 = weights.normed(BEFORE_FEED_FORWARD, m);
        LayerState.Inner inner = waiting.inner();
        if (inner == null) inner = inner(n2);
        NDArray h = activated(inner);
        NDArray d = waiting.d();
        if (d == null && weights.keepsDown()) d = linear(Projection.DOWN).forward(h);
        state = new LayerState(x, n1, turned, attended, m, n2, inner, h, d);
        return state;
    }

    private LayerState.Turned turned(NDArray n1) {
        HeadByHead.Parts parts = queriesKeysValues(n1);
        return new LayerState.Turned(rotated(parts.q()), rotated(parts.k()), parts.v());
    }

    private LayerState.Attended attended(NDArray x, LayerState.Turned turned) {
        Attention.Kept attention = attention().forward(turned.q(), turned.k(), turned.v());
        NDArray a = flat(attention.out());
        NDArray o = linear(Projection.OUTPUT).forward(a);
        NDArray added = weights.normed(AFTER_ATTENTION, o);
        NDArray s = x.add(added);
        free(added); // o itself where there is no norm
        return new LayerState.Attended(attention, a, weights.has(AFTER_ATTENTION) ? o : null, s);
    }

    private LayerState.Inner inner(NDArray n2) {
        if (context.inner() instanceof Gelu)
            return new LayerState.Inner(null, linear(Projection.UP).forward(n2));
        List<NDArray> both = group(GATED).forward(n2);
        return new LayerState.Inner(both.get(0), both.get(1));
    }

    private NDArray activated(LayerState.Inner inner) {
        return switch (context.inner()) {
            case Gate gate -> gate.forward(Objects.requireNonNull(inner.gate()), inner.up());
            case Gelu unit -> unit.forward(inner.up());
        };
    }

    /// (T, H, D), (T, K, D) and (T, K, D)
    private HeadByHead.Parts queriesKeysValues(NDArray n1) {
        if (weights.has(Projection.QUERY_KEY_VALUE))
            try (NDArray z = linear(Projection.QUERY_KEY_VALUE).forward(n1)) {
                return context.fused().forward(z);
            }
        int heads = context.shape().heads();
        int kvHeads = context.shape().kvHeads();
        List<NDArray> parts = group(INPUTS).forward(n1);
        return new HeadByHead.Parts(
                heads(parts.get(0), heads), heads(parts.get(1), kvHeads), heads(parts.get(2), kvHeads));
    }

    /// dy (T, C) → dx (T, C), which belongs to this pass's scope.
    NDArray backward(NDArray output) {
        LayerState f = state;
        if (f == null) throw new IllegalStateException("a backward needs its forward first");
        NDArray dy = Aliases.in(scope, output);
        NDArray d = f.d();
        NDArray de = d == null ? dy : weights.normedBackward(FEED_FORWARD_SUM, () -> sum(f.m(), d), dy);
        NDArray dd = d == null ? de : weights.normedBackward(AFTER_FEED_FORWARD, d, de);
        free(d);
        NDArray dh = linear(Projection.DOWN).lastBackward(f.h(), dd);
        NDArray dn2 = throughFeedForward(f, dh);
        NDArray dm = de.add(weights.normedBackward(BEFORE_FEED_FORWARD, f.m(), dn2));
        free(dn2);
        LayerState.Attended attended = f.attended();
        LayerState.Turned turned = f.turned();
        NDArray ds = weights.normedBackward(ATTENTION_SUM, attended.s(), dm);
        NDArray o = attended.o();
        NDArray dO = o == null ? ds : weights.normedBackward(AFTER_ATTENTION, o, ds);
        NDArray da = heads(
                linear(Projection.OUTPUT).backward(attended.a(), dO),
                context.shape().heads());
        AttentionGrads grads = attention().backward(da, turned.q(), turned.k(), turned.v(), attended.kept());
        free(
                da,
                turned.q(),
                turned.k(),
                turned.v(),
                attended.a(),
                attended.kept().out());
        NDArray dn1 = throughInputs(f, rotatedBack(grads.dq()), rotatedBack(grads.dk()), grads.dv());
        return ds.add(weights.normedBackward(BEFORE_ATTENTION, f.x(), dn1));
    }

    private NDArray throughFeedForward(LayerState f, NDArray dh) {
        NDArray up = f.inner().up();
        return switch (context.inner()) {
            case Gate gate -> {
                NDArray g = Objects.requireNonNull(f.inner().gate());
                Gate.Grads gated = gate.backward(g, up, dh);
                free(g, up, dh);
                yield group(GATED).backward(f.n2(), List.of(gated.dg(), gated.du()));
            }
            case Gelu unit -> linear(Projection.UP).backward(f.n2(), unit.backward(up, dh));
        };
    }

    private NDArray throughInputs(LayerState f, NDArray dq, NDArray dk, NDArray dv) {
        if (weights.has(Projection.QUERY_KEY_VALUE))
            return linear(Projection.QUERY_KEY_VALUE)
                    .backward(f.n1(), context.fused().backward(dq, dk, dv));
        return group(INPUTS).backward(f.n1(), List.of(flat(dq), flat(dk), flat(dv)));
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

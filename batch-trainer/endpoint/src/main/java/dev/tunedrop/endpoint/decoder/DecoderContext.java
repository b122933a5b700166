package dev.tunedrop.endpoint.decoder;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.generate.LanguageModel;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.Recipe;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.BiasedLinear;
import dev.tunedrop.trainer.op.FrozenLinear;
import dev.tunedrop.trainer.op.Gate;
import dev.tunedrop.trainer.op.Gelu;
import dev.tunedrop.trainer.op.HeadByHead;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.Rope;
import dev.tunedrop.trainer.op.RopeTable;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensors;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// One request's way through a decoder, a few tokens at a time: what was read before is in the caches.
///
/// ```
/// x = embedding(ids)                              (T, C)
/// each layer:  n = norm1(x)
///              q, k, v = heads of n Wqᵀ, n Wkᵀ, n Wvᵀ     q and k turned to their positions, where they are
///              m = x + norm2(attention(q, kept k and own k, v) Woᵀ)
///              n = norm3(m)
///              x = m + norm4((act(n Wgᵀ) ⊙ n Wuᵀ) Wdᵀ)     norms 2 and 4 and the gate where the architecture has them
/// z = norm(x_last) Hᵀ                             (1, V)
/// ```
///
/// The letters are those of the trainer's ops; the same ops compute it, without what a backward pass would keep.
final class DecoderContext implements LanguageModel.Decoding {

    private final FrozenBase base;
    private final @Nullable RopeTable rope;
    private final @Nullable LoadedAdapter adapter;
    private final NDManager manager;
    private final List<KeyValueCache> caches = new ArrayList<>();
    private final Recipe recipe;
    private final Architecture family;
    private int position;

    DecoderContext(
            FrozenBase base,
            @Nullable RopeTable rope,
            @Nullable LoadedAdapter adapter,
            int capacity,
            NDManager parent) {
        this.base = base;
        this.rope = rope;
        this.adapter = adapter;
        ModelConfig config = base.config();
        recipe = new Recipe(config);
        family = config.architecture();
        manager = parent.newSubManager();
        for (int layer = 0; layer < config.layers(); layer++)
            caches.add(new KeyValueCache(
                    manager,
                    config.kvHeads(),
                    config.headDim(),
                    capacity,
                    base.options().compute()));
    }

    @Override
    public float[] extend(int[] tokens) {
        try (NDManager step = manager.newSubManager()) {
            long[] at = positions(tokens.length);
            NDArray x = recipe.embedder(base, base.options().compute()).forward(tokens, at, step);
            Rope turn = rope == null ? null : rope.at(step, at);
            for (int layer = 0; layer < caches.size(); layer++) {
                try (NDManager scope = step.newSubManager()) {
                    NDArray y = layer(layer, Aliases.in(scope, x), turn, scope);
                    y.attach(step);
                    x.close();
                    x = y;
                }
            }
            position += tokens.length;
            NDArray last = Ops.narrow(x, 0, tokens.length - 1, 1);
            return recipe.logits(last, base).toFloatArray();
        }
    }

    private long[] positions(int count) {
        long[] at = new long[count];
        for (int t = 0; t < count; t++) at[t] = (long) position + t;
        return at;
    }

    private NDArray layer(int layer, NDArray x, @Nullable Rope turn, NDManager scope) {
        NDArray n1 = normed(layer, NormPlace.BEFORE_ATTENTION, x);
        HeadByHead.Parts parts = queriesKeysValues(layer, n1, scope);
        NDArray q = headsFirst(turned(parts.q(), turn));
        NDArray k = headsFirst(turned(parts.k(), turn));
        NDArray v = headsFirst(parts.v());
        KeyValueCache cache = caches.get(layer);
        cache.keep(position, k, v);
        CachedAttention attention = new CachedAttention(recipe.attention(layer));
        NDArray a = flat(attention.forward(q, k, v, cache, position, scope));
        NDArray o = linear(layer, Projection.OUTPUT, scope).forward(a);
        NDArray m = x.add(normed(layer, NormPlace.AFTER_ATTENTION, o));
        NDArray n2 = normed(layer, NormPlace.BEFORE_FEED_FORWARD, m);
        NDArray up = linear(layer, Projection.UP, scope).forward(n2);
        NDArray h = switch (recipe.feedForward()) {
            case Gate gate -> gate.forward(linear(layer, Projection.GATE, scope).forward(n2), up);
            case Gelu unit -> unit.forward(up);
        };
        NDArray d = linear(layer, Projection.DOWN, scope).forward(h);
        return m.add(normed(layer, NormPlace.AFTER_FEED_FORWARD, d));
    }

    /// (T, H, D), (T, K, D) and (T, K, D)
    private HeadByHead.Parts queriesKeysValues(int layer, NDArray n1, NDManager scope) {
        ModelConfig config = base.config();
        if (family.linears().containsKey(Projection.QUERY_KEY_VALUE))
            return recipe.fused()
                    .forward(linear(layer, Projection.QUERY_KEY_VALUE, scope).forward(n1));
        return new HeadByHead.Parts(
                heads(linear(layer, Projection.QUERY, scope).forward(n1), config.heads()),
                heads(linear(layer, Projection.KEY, scope).forward(n1), config.kvHeads()),
                heads(linear(layer, Projection.VALUE, scope).forward(n1), config.kvHeads()));
    }

    private Linear linear(int layer, Projection projection, NDManager scope) {
        LinearMap map = base.config().linearMap(projection, layer);
        NDArray w = base.linear(map.module()).open(scope);
        Linear linear = adapter == null ? new FrozenLinear(w) : adapter.correct(map.module(), w);
        return family.biased().contains(projection) ? new BiasedLinear(linear, base.leaf(map.bias())) : linear;
    }

    private NDArray normed(int layer, NormPlace place, NDArray x) {
        if (!family.norms().containsKey(place)) return x;
        return recipe.norm(ModelTensors.normModule(family, place, layer), base).forward(x);
    }

    /// (T, H D) → (T, H, D)
    private NDArray heads(NDArray x, int heads) {
        return Ops.view(x, new Shape(x.getShape().get(0), heads, base.config().headDim()));
    }

    /// (T, H, D) → (1, H, T, D), a view
    private static NDArray headsFirst(NDArray x) {
        return Ops.permute(x, 1, 0, 2).expandDims(0);
    }

    private static NDArray turned(NDArray x, @Nullable Rope turn) {
        return turn == null ? x : turn.forward(x);
    }

    /// (1, H, T, D) → (T, H D)
    private static NDArray flat(NDArray x) {
        Shape shape = x.getShape();
        NDArray tokensFirst = Ops.contiguous(Ops.permute(x, 0, 2, 1, 3));
        return Ops.view(tokensFirst, new Shape(shape.get(2), shape.get(1) * shape.get(3)));
    }

    @Override
    public void close() {
        manager.close();
    }
}

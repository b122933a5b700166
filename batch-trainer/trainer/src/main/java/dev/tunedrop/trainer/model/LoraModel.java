package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.op.FrozenLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.LoraLinear;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.op.TokenDraws;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// An adapter on a frozen base: `lora` over a dense base, `qlora` over one in NF4.
public final class LoraModel implements Trainable, Scored {

    private final LoraAdapter adapter;
    private final NDManager manager;
    private final Decoder decoder;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<ComputeCopy> copies = new ArrayList<>();
    private final DataType compute;
    private final Randomness randomness;
    private long step;

    private LoraModel(FrozenBase base, LoraAdapter adapter, Randomness randomness, boolean training) {
        this.adapter = adapter;
        this.randomness = randomness;
        this.compute = base.options().compute();
        this.manager = base.manager().newSubManager();
        Recipe recipe = new Recipe(base.config());
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = 0; layer < base.layers().size(); layer++) {
            FrozenBase.Layer frozen = base.layers().get(layer);
            Map<Projection, LayerWeights.Source> linears = new EnumMap<>(Projection.class);
            for (Projection projection : Projection.values()) {
                StoredWeight weight = frozen.linears().get(projection);
                if (weight == null) throw new IllegalStateException("the base has no " + projection.module(layer));
                LayerWeights.Source source = source(weight, projection.module(layer), training);
                NDArray bias = frozen.biases().get(projection);
                linears.put(projection, bias == null ? source : source.plus(Leaf.frozen(bias)));
            }
            Map<NormPlace, RmsNorm> norms = new EnumMap<>(NormPlace.class);
            frozen.norms().forEach((place, w) -> norms.put(place, recipe.norm(Leaf.frozen(w))));
            layers.add(new LayerWeights(layer, norms, linears));
        }
        this.decoder = new Decoder(
                base.config(),
                Leaf.frozen(base.embedding()),
                layers,
                recipe.norm(Leaf.frozen(base.norm())),
                Leaf.frozen(base.head()),
                base.options(),
                manager);
    }

    /// @param adapter its masters are what the optimiser moves; they stay the caller's
    public static LoraModel trained(FrozenBase base, LoraAdapter adapter, Randomness randomness) {
        return new LoraModel(base, adapter, randomness, true);
    }

    /// For scoring only: no gradients are held.
    public static LoraModel frozen(FrozenBase base, LoraAdapter adapter) {
        return new LoraModel(base, adapter, Randomness.of(0), false);
    }

    /// The base alone, for scoring.
    public static Scored without(FrozenBase base) {
        LoraConfig none = new LoraConfig(1, 1, false, 0, java.util.Set.of(Projection.QUERY));
        return new LoraModel(base, new LoraAdapter(none, Map.of()), Randomness.of(0), false);
    }

    private LayerWeights.Source source(StoredWeight weight, String module, boolean training) {
        LoraAdapter.Pair pair = adapter.pair(module);
        if (pair == null) return new Frozen(weight);
        Leaf a = leaf(LoraAdapter.aName(module), pair.a(), training);
        Leaf b = leaf(LoraAdapter.bName(module), pair.b(), training);
        return new Adapted(weight, a, b, adapter.config(), TokenDraws.place(module));
    }

    private Leaf leaf(String name, NDArray master, boolean training) {
        NDArray gradient = training ? manager.zeros(master.getShape(), DataType.FLOAT32) : null;
        if (gradient != null) parameters.add(new Parameter(name, master, gradient));
        ComputeCopy copy = ComputeCopy.of(master, compute, manager);
        copies.add(copy);
        return new Leaf(copy.value(), gradient);
    }

    private record Frozen(StoredWeight weight) implements LayerWeights.Source {
        @Override
        public Linear open(NDManager scope, Draw draw) {
            return new FrozenLinear(weight.open(scope));
        }

        @Override
        public long openBytes() {
            return weight.openBytes();
        }
    }

    private record Adapted(StoredWeight weight, Leaf a, Leaf b, LoraConfig config, long place)
            implements LayerWeights.Source {
        @Override
        public Linear open(NDManager scope, Draw draw) {
            return new LoraLinear(weight.open(scope), a, b, config.scale(), draw.dropout(place, config.dropout()));
        }

        @Override
        public long openBytes() {
            return weight.openBytes();
        }
    }

    public LoraAdapter adapter() {
        return adapter;
    }

    @Override
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    @Override
    public void beginStep(long number) {
        step = number;
    }

    @Override
    public double lossAndGradients(MicroBatch batch) {
        return decoder.lossAndGradients(batch, randomness.draw(step, batch));
    }

    @Override
    public double loss(MicroBatch batch) {
        return decoder.loss(batch);
    }

    @Override
    public double[] rowLosses(MicroBatch batch) {
        return decoder.rowLosses(batch);
    }

    /// For an objective that is a function of the rows' losses.
    ///
    /// @param slopes from the losses of the rows to d(objective)/d(loss) of each
    /// @return the losses of the rows; d(objective)/d(parameter) is added to every gradient
    double[] rowLossesAndGradients(MicroBatch batch, UnaryOperator<double[]> slopes) {
        return decoder.rowLossesAndGradients(batch, randomness.draw(step, batch), slopes);
    }

    @Override
    public NDArray logits(MicroBatch batch, NDManager scope) {
        return decoder.logits(batch, scope);
    }

    @Override
    public List<NDArray> hiddenStates(MicroBatch batch, NDManager scope) {
        return decoder.hiddenStates(batch, scope);
    }

    @Override
    public void parametersChanged() {
        copies.forEach(ComputeCopy::refresh);
    }

    @Override
    public void close() {
        manager.close();
    }
}

package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.op.FrozenLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.LoraLinear;
import dev.tunedrop.trainer.op.TokenDraws;
import dev.tunedrop.trainer.op.TrainedLinear;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;
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
        this.decoder = new Assembly(base.config(), new Parts(base, training)).build(base.options(), manager);
    }

    /// @param adapter its masters are what the optimiser moves; they stay the caller's
    public static LoraModel trained(FrozenBase base, LoraAdapter adapter, Randomness randomness) {
        return new LoraModel(base, adapter, randomness, true);
    }

    /// For scoring only: no gradients are held.
    public static LoraModel frozen(FrozenBase base, LoraAdapter adapter) {
        return new LoraModel(base, adapter, Randomness.of(0), false);
    }

    /// The base alone, for scoring; a classifier with the top that its checkpoint has.
    ///
    /// @throws UserMistake when the checkpoint has none
    public static Scored without(FrozenBase base) {
        LoraConfig none = new LoraConfig(1, 1, false, 0, java.util.Set.of(Projection.OUTPUT));
        for (ModelTensor tensor : ModelTensors.of(base.config()))
            if (tensor.optional() && !base.tops().containsKey(tensor.name()))
                throw new UserMistake(
                        "The base model has no %s, so it cannot tell labels by itself. Name an adapter that was trained to"
                                .formatted(tensor.name()));
        return new LoraModel(base, new LoraAdapter(none, Map.of(), base.tops()), Randomness.of(0), false);
    }

    /// The base's frozen weights, corrected where the adapter has a pair and replaced where it has the whole.
    private final class Parts implements Assembly.Parts {
        private final FrozenBase base;
        private final boolean training;

        Parts(FrozenBase base, boolean training) {
            this.base = base;
            this.training = training;
        }

        @Override
        public Leaf leaf(String tensor) {
            NDArray whole = adapter.whole().get(tensor);
            return whole == null
                    ? base.leaf(tensor)
                    : LoraModel.this.leaf(LoraAdapter.wholeName(tensor), whole, training);
        }

        @Override
        public LayerWeights.Source linear(String module) {
            if (adapter.whole().containsKey(module + ".weight")) {
                Leaf w = leaf(module + ".weight");
                Linear map =
                        w.gradient() == null ? new FrozenLinear(w.value()) : new TrainedLinear(w.value(), w.gradient());
                return (scope, draw) -> map;
            }
            return source(base.linear(module), module, training);
        }

        @Override
        public long trainedWeights() {
            return parameters.stream().mapToLong(Parameter::elements).sum();
        }
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
    public NDArray logits(MicroBatch batch, NDManager scope) {
        return decoder.logits(batch, scope);
    }

    @Override
    public List<NDArray> hiddenStates(MicroBatch batch, NDManager scope) {
        return decoder.hiddenStates(batch, scope);
    }

    @Override
    public long passBytes(long tokens) {
        return decoder.passBytes(tokens);
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

package dev.tunedrop.trainer.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.DoraLinear;
import dev.tunedrop.trainer.op.DropoutMask;
import dev.tunedrop.trainer.op.FrozenLinear;
import dev.tunedrop.trainer.op.JoinedLora;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.Linear;
import dev.tunedrop.trainer.op.LinearGroup;
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
            return source(base, module, training);
        }

        @Override
        public Assembly.Together linears(List<String> modules) {
            return joins(modules) ? joined(base, modules, training) : Assembly.Parts.super.linears(modules);
        }

        @Override
        public long trainedWeights() {
            return parameters.stream().mapToLong(Parameter::elements).sum();
        }
    }

    /// What PEFT starts from, with the base's own magnitudes where the adapter has any; a classifier's top starts from
    /// the checkpoint's, where that has one.
    public static LoraAdapter freshAdapter(FrozenBase base, LoraConfig config, long seed, NDManager manager) {
        return LoraAdapter.fresh(
                base.config(), config, seed, base.tops(), module -> DoraLinear.lengths(base.squares(module)), manager);
    }

    private LayerWeights.Source source(FrozenBase base, String module, boolean training) {
        StoredWeight weight = base.linear(module);
        LoraAdapter.Pair pair = adapter.pair(module);
        if (pair == null) return new Frozen(weight);
        Leaf a = leaf(LoraAdapter.aName(module), pair.a(), training);
        Leaf b = leaf(LoraAdapter.bName(module), pair.b(), training);
        Adapted adapted = new Adapted(weight, a, b, adapter.config(), TokenDraws.place(module));
        if (pair.magnitude() == null) return adapted;
        Leaf magnitude = master(LoraAdapter.magnitudeName(module), pair.magnitude(), training);
        return new WithMagnitude(adapted, magnitude, base.squares(module));
    }

    /// Whether the corrections of these maps are the same but for their numbers: all low-rank, of one rank, without
    /// magnitudes and without dropout.
    private boolean joins(List<String> modules) {
        if (modules.size() < 2 || adapter.config().dropout() != 0) return false;
        return modules.stream().allMatch(module -> {
            LoraAdapter.Pair pair = adapter.pair(module);
            return pair != null
                    && pair.magnitude() == null
                    && !adapter.whole().containsKey(module + ".weight")
                    && pair.a().getShape().get(0) == rank(modules.getFirst());
        });
    }

    private long rank(String module) {
        LoraAdapter.Pair pair = adapter.pair(module);
        return pair == null ? 0 : pair.a().getShape().get(0);
    }

    private long columns(String module) {
        return Objects.requireNonNull(adapter.pair(module)).a().getShape().get(1);
    }

    /// The A of all maps lie one below the other: what each trains is a part of the whole.
    private Assembly.Together joined(FrozenBase base, List<String> modules, boolean training) {
        long rank = rank(modules.getFirst());
        Shape shape = new Shape(modules.size() * rank, columns(modules.getFirst()));
        NDArray values = manager.create(shape, compute);
        NDArray gradients = training ? manager.zeros(shape, DataType.FLOAT32) : null;
        List<LayerWeights.Source> each = new ArrayList<>();
        List<StoredWeight> weights = new ArrayList<>();
        List<Leaf> bs = new ArrayList<>();
        for (int i = 0; i < modules.size(); i++) {
            String module = modules.get(i);
            LoraAdapter.Pair pair = Objects.requireNonNull(adapter.pair(module));
            NDArray own = Ops.narrow(values, 0, i * rank, rank);
            NDArray gradient = gradients == null ? null : Ops.narrow(gradients, 0, i * rank, rank);
            if (gradient != null) parameters.add(new Parameter(LoraAdapter.aName(module), pair.a(), gradient));
            copies.add(ComputeCopy.into(own, pair.a()));
            Leaf b = leaf(LoraAdapter.bName(module), pair.b(), training);
            weights.add(base.linear(module));
            bs.add(b);
            each.add(new Adapted(
                    weights.getLast(), new Leaf(own, gradient), b, adapter.config(), TokenDraws.place(module)));
        }
        return new Assembly.Together(
                each,
                new Joined(
                        weights,
                        new Leaf(values, gradients),
                        bs,
                        adapter.config().scale(),
                        false));
    }

    /// @param brief whether a weight is opened for each product
    private record Joined(List<StoredWeight> weights, Leaf a, List<Leaf> b, double scale, boolean brief)
            implements LayerWeights.GroupSource {
        @Override
        public LinearGroup open(NDManager scope, Draw draw) {
            return new JoinedLora(
                    weights.stream().map(weight -> opening(weight, scope)).toList(), a, b, scale);
        }

        private JoinedLora.Opening opening(StoredWeight weight, NDManager scope) {
            if (brief) return weight::open;
            NDArray w = weight.open(scope);
            return product -> Aliases.in(product, w);
        }

        @Override
        public LayerWeights.GroupSource briefly() {
            return new Joined(weights, a, b, scale, true);
        }
    }

    private Leaf leaf(String name, NDArray master, boolean training) {
        Leaf leaf = master(name, master, training);
        ComputeCopy copy = ComputeCopy.of(master, compute, manager);
        copies.add(copy);
        return new Leaf(copy.value(), leaf.gradient());
    }

    /// A master that passes use as it is, in fp32.
    private Leaf master(String name, NDArray master, boolean training) {
        if (!training) return Leaf.frozen(master);
        NDArray gradient = manager.zeros(master.getShape(), DataType.FLOAT32);
        parameters.add(new Parameter(name, master, gradient));
        return new Leaf(master, gradient);
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

    /// @param squares of the rows of W
    private record WithMagnitude(Adapted pair, Leaf magnitude, NDArray squares) implements LayerWeights.Source {
        @Override
        public Linear open(NDManager scope, Draw draw) {
            NDArray w = pair.weight.open(scope);
            double scale = pair.config.scale();
            NDArray norm = DoraLinear.norm(w, pair.a.value(), pair.b.value(), squares, scale);
            DropoutMask mask = draw.dropout(pair.place, pair.config.dropout());
            return new DoraLinear(w, pair.a, pair.b, magnitude, norm, scale, mask);
        }

        @Override
        public long openBytes() {
            return pair.openBytes();
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
    public PassForecast forecast() {
        return decoder.forecast();
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

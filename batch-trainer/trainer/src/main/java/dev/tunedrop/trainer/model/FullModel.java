package dev.tunedrop.trainer.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.trainer.adapter.Draws;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.op.TrainedLinear;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensors;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;

/// A model of which every weight is trained: embedding, norms, linear maps and head. Masters are fp32.
public final class FullModel implements Trainable, Scored {

    private final ModelConfig config;
    private final NDManager manager;
    private final DataType compute;
    private final Randomness randomness;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<ComputeCopy> copies = new ArrayList<>();
    private final Decoder decoder;
    private long step;

    /// Where a weight's first values come from.
    private interface Start {
        NDArray embedding();

        NDArray head();

        NDArray norm(String name);

        NDArray linear(Projection projection, int layer);

        NDArray bias(Projection projection, int layer);
    }

    private FullModel(ModelConfig config, BaseOptions options, Randomness randomness, Start start, NDManager manager) {
        this.config = config;
        this.manager = manager;
        this.compute = options.compute();
        this.randomness = randomness;
        Leaf embedding = leaf(ModelTensors.EMBEDDING, start.embedding());
        List<LayerWeights> layers = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            Map<NormPlace, RmsNorm> norms = new EnumMap<>(NormPlace.class);
            norms.put(NormPlace.BEFORE_ATTENTION, norm(NormPlace.BEFORE_ATTENTION, layer, start));
            Map<Projection, LayerWeights.Source> linears = new EnumMap<>(Projection.class);
            for (Projection projection : Projection.values()) {
                linears.put(projection, linear(projection, layer, start));
            }
            for (NormPlace place : NormPlace.values()) {
                if (norms.containsKey(place) || !config.architecture().norms().containsKey(place)) continue;
                norms.put(place, norm(place, layer, start));
            }
            layers.add(new LayerWeights(layer, norms, linears));
        }
        RmsNorm norm = norm(ModelTensors.NORM, start);
        Leaf head = config.tiedHead() ? embedding : leaf(ModelTensors.HEAD, start.head());
        this.decoder = new Decoder(config, embedding, layers, norm, head, options, manager);
    }

    /// A checkpoint's weights.
    ///
    /// @throws dev.tunedrop.events.UserMistake naming the file and tensor that is missing, broken or not finite
    public static FullModel load(Path directory, BaseOptions options, Randomness randomness, NDManager parent) {
        ModelConfig config = ModelConfig.read(directory);
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            ModelTensors tensors = new ModelTensors(checkpoint, config);
            HostTensors host = new HostTensors(manager, DataType.FLOAT32);
            Start start = new FromCheckpoint(tensors, checkpoint, config, host);
            FullModel model = new FullModel(config, options, randomness, start, manager);
            loaded = true;
            return model;
        } finally {
            if (!loaded) manager.close();
        }
    }

    /// Fresh weights for pre-training: N(0, initializer_range²), norms that multiply by 1. The maps that write to the
    /// residual stream
    /// are
    /// scaled by 1/√(2L), as GPT-2 does it, so that the stream's variance does not grow with depth.
    public static FullModel fresh(ModelConfig config, BaseOptions options, Randomness randomness, NDManager parent) {
        NDManager manager = parent.newSubManager();
        return new FullModel(config, options, randomness, new Fresh(config, randomness.seed(), manager), manager);
    }

    private record FromCheckpoint(ModelTensors tensors, Checkpoint checkpoint, ModelConfig config, HostTensors host)
            implements Start {
        @Override
        public NDArray embedding() {
            return host.dense(tensors.embedding());
        }

        @Override
        public NDArray head() {
            return host.dense(tensors.head());
        }

        @Override
        public NDArray norm(String name) {
            return host.dense(checkpoint.get(name, config.hidden()));
        }

        @Override
        public NDArray linear(Projection projection, int layer) {
            return host.dense(tensors.linear(projection, layer));
        }

        @Override
        public NDArray bias(Projection projection, int layer) {
            return host.dense(tensors.bias(projection, layer));
        }
    }

    private record Fresh(ModelConfig config, long seed, NDManager manager) implements Start {
        @Override
        public NDArray embedding() {
            return normal(ModelTensors.EMBEDDING, config.vocabulary(), config.hidden(), config.initializerRange());
        }

        @Override
        public NDArray head() {
            return normal(ModelTensors.HEAD, config.vocabulary(), config.hidden(), config.initializerRange());
        }

        @Override
        public NDArray norm(String name) {
            float neutral = (float) (1 - config.architecture().normOffset());
            return manager.full(new Shape(config.hidden()), neutral, DataType.FLOAT32);
        }

        @Override
        public NDArray linear(Projection projection, int layer) {
            boolean writesToStream = projection == Projection.OUTPUT || projection == Projection.DOWN;
            double deviation = config.initializerRange() / (writesToStream ? Math.sqrt(2.0 * config.layers()) : 1);
            return normal(projection.module(layer), projection.rows(config), projection.columns(config), deviation);
        }

        @Override
        public NDArray bias(Projection projection, int layer) {
            return manager.zeros(new Shape(projection.rows(config)), DataType.FLOAT32);
        }

        private NDArray normal(String name, long rows, long columns, double deviation) {
            float[] values = new Draws(seed, name).normal(Math.toIntExact(rows * columns), deviation);
            return manager.create(values, new Shape(rows, columns));
        }
    }

    private LayerWeights.Source linear(Projection projection, int layer, Start start) {
        Parameter w = parameter(projection.weight(layer), start.linear(projection, layer));
        TrainedLinear map = new TrainedLinear(copy(w.master()).value(), w.gradient());
        LayerWeights.Source source = (scope, draw) -> map;
        if (!config.architecture().biased().contains(projection)) return source;
        return source.plus(leaf(projection.bias(layer), start.bias(projection, layer)));
    }

    private RmsNorm norm(NormPlace place, int layer, Start start) {
        return norm(ModelTensors.normName(config.architecture(), place, layer), start);
    }

    private RmsNorm norm(String name, Start start) {
        return new Recipe(config).norm(leaf(name, start.norm(name)));
    }

    private Leaf leaf(String name, NDArray master) {
        Parameter parameter = parameter(name, master);
        return new Leaf(copy(parameter.master()).value(), parameter.gradient());
    }

    private Parameter parameter(String name, NDArray master) {
        Parameter parameter = new Parameter(name, master, manager.zeros(master.getShape(), DataType.FLOAT32));
        parameters.add(parameter);
        return parameter;
    }

    private ComputeCopy copy(NDArray master) {
        ComputeCopy copy = ComputeCopy.of(master, compute, manager);
        copies.add(copy);
        return copy;
    }

    public ModelConfig config() {
        return config;
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

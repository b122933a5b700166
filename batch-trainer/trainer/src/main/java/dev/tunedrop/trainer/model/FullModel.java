package dev.tunedrop.trainer.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.trainer.adapter.Draws;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.TrainedLinear;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;
import dev.tunedrop.trainer.weights.Projection;

/// A model of which every weight is trained: embedding, norms, linear maps and head. Masters are fp32.
public final class FullModel implements Trainable, Scored {

    private final ModelConfig config;
    private final NDManager manager;
    private final DataType compute;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<ComputeCopy> copies = new ArrayList<>();
    private final Decoder decoder;
    private final Randomness randomness;
    private long step;

    private FullModel(
            ModelConfig config,
            BaseOptions options,
            Randomness randomness,
            Function<ModelTensor, NDArray> start,
            NDManager manager) {
        this.randomness = randomness;
        this.config = config;
        this.manager = manager;
        this.compute = options.compute();
        Map<String, Leaf> leaves = new HashMap<>();
        for (ModelTensor tensor : ModelTensors.of(config))
            leaves.put(tensor.name(), leaf(tensor.name(), start.apply(tensor)));
        long trained = parameters.stream().mapToLong(Parameter::elements).sum();
        this.decoder = new Assembly(config, new Parts(leaves, trained)).build(options, manager);
    }

    /// Every weight is a master.
    private record Parts(Map<String, Leaf> leaves, long trainedWeights) implements Assembly.Parts {

        @Override
        public Leaf leaf(String tensor) {
            return Objects.requireNonNull(leaves.get(tensor), tensor);
        }

        @Override
        public LayerWeights.Source linear(String module) {
            Leaf w = leaf(module + ".weight");
            TrainedLinear map = new TrainedLinear(w.value(), Objects.requireNonNull(w.gradient()));
            return (scope, draw) -> map;
        }
    }

    /// A checkpoint's weights.
    ///
    /// @throws dev.tunedrop.events.UserMistake naming the file and tensor that is missing, broken or not finite
    public static FullModel load(Path directory, BaseOptions options, Randomness randomness, NDManager parent) {
        return load(directory, ModelConfig.read(directory), options, randomness, parent);
    }

    /// The same with another reading of `config.json`.
    public static FullModel load(
            Path directory, ModelConfig config, BaseOptions options, Randomness randomness, NDManager parent) {
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            HostTensors host = new HostTensors(manager, DataType.FLOAT32);
            FullModel model = new FullModel(
                    config,
                    options,
                    randomness,
                    tensor -> tensor.optional()
                            ? checkpoint
                                    .find(tensor, config)
                                    .map(host::dense)
                                    .orElseGet(() -> Draws.top(tensor, config, randomness.seed(), manager))
                            : host.dense(checkpoint.get(tensor, config)),
                    manager);
            loaded = true;
            return model;
        } finally {
            if (!loaded) manager.close();
        }
    }

    /// Fresh weights for pre-training: N(0, initializer_range²), norms that multiply by 1. The maps that write to the
    /// residual stream are scaled by 1/√(2L), as GPT-2 does it, so that the stream's variance does not
    /// grow with depth.
    public static FullModel fresh(ModelConfig config, BaseOptions options, Randomness randomness, NDManager parent) {
        NDManager manager = parent.newSubManager();
        Fresh fresh = new Fresh(config, randomness.seed(), manager);
        return new FullModel(config, options, randomness, fresh::values, manager);
    }

    private record Fresh(ModelConfig config, long seed, NDManager manager) {

        NDArray values(ModelTensor tensor) {
            Shape shape = new Shape(tensor.shape());
            return switch (tensor.kind()) {
                case NORM -> {
                    float neutral = (float) (1 - config.architecture().normOffset());
                    yield manager.full(shape, neutral, DataType.FLOAT32);
                }
                case BIAS -> manager.zeros(shape, DataType.FLOAT32);
                case TABLE -> normal(tensor.name(), shape, config.initializerRange());
                case LINEAR -> linear(Objects.requireNonNull(tensor.map()), shape);
                case TOP, TOP_BIAS -> Draws.top(tensor, config, seed, manager);
            };
        }

        private NDArray linear(LinearMap map, Shape shape) {
            boolean writesToStream = map.projection() == Projection.OUTPUT || map.projection() == Projection.DOWN;
            double deviation = config.initializerRange() / (writesToStream ? Math.sqrt(2.0 * config.layers()) : 1);
            return normal(map.module(), shape, deviation);
        }

        private NDArray normal(String name, Shape shape, double deviation) {
            return manager.create(new Draws(seed, name).normal(Math.toIntExact(shape.size()), deviation), shape);
        }
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

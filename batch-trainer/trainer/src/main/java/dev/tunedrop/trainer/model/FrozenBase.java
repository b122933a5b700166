package dev.tunedrop.trainer.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.trainer.quant.DenseWeight;
import dev.tunedrop.trainer.quant.Nf4Weight;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensors;
import dev.tunedrop.trainer.weights.NormPlace;
import dev.tunedrop.trainer.weights.Projection;
import dev.tunedrop.trainer.weights.WeightView;

/// A base model that is not trained: loaded once, shared by any number of adapters.
///
/// Linear maps of the layers are stored as [BaseOptions] says; embedding, norms and head always in compute
/// precision, as bitsandbytes leaves them.
public final class FrozenBase implements AutoCloseable {

    private final ModelConfig config;
    private final BaseOptions options;
    private final NDManager manager;
    private final NDArray embedding;
    private final NDArray head;
    private final NDArray norm;
    private final List<Layer> layers;

    /// One layer at rest.
    ///
    /// @param norms (C) each
    /// @param biases (O) of the maps that have one, in compute precision
    public record Layer(
            Map<NormPlace, NDArray> norms, Map<Projection, StoredWeight> linears, Map<Projection, NDArray> biases) {}

    FrozenBase(
            ModelConfig config,
            BaseOptions options,
            NDManager manager,
            NDArray embedding,
            NDArray head,
            NDArray norm,
            List<Layer> layers) {
        this.config = config;
        this.options = options;
        this.manager = manager;
        this.embedding = embedding;
        this.head = head;
        this.norm = norm;
        this.layers = List.copyOf(layers);
    }

    /// Reads a Hugging Face directory tensor by tensor; a quantised base never holds its 16-bit form.
    ///
    /// @throws dev.tunedrop.events.UserMistake naming the file and tensor that is missing, broken or not finite
    public static FrozenBase load(Path directory, BaseOptions options, NDManager parent) {
        return load(directory, ModelConfig.read(directory), options, parent);
    }

    /// The same with another reading of `config.json`.
    public static FrozenBase load(Path directory, ModelConfig config, BaseOptions options, NDManager parent) {
        NDManager manager = parent.newSubManager();
        boolean loaded = false;
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            ModelTensors tensors = new ModelTensors(checkpoint, config);
            HostTensors host = new HostTensors(manager, options.compute());
            NDArray embedding = host.dense(tensors.embedding());
            NDArray head = config.tiedHead() ? embedding : host.dense(tensors.head());
            List<Layer> layers = new ArrayList<>();
            for (int layer = 0; layer < config.layers(); layer++) {
                Map<Projection, StoredWeight> linears = new EnumMap<>(Projection.class);
                Map<Projection, NDArray> biases = new EnumMap<>(Projection.class);
                for (Projection projection : Projection.values())
                    linears.put(projection, stored(tensors.linear(projection, layer), host, options, manager));
                for (Projection projection : config.architecture().biased())
                    biases.put(projection, host.dense(tensors.bias(projection, layer)));
                Map<NormPlace, NDArray> norms = new EnumMap<>(NormPlace.class);
                for (NormPlace place : config.architecture().norms().keySet())
                    norms.put(place, host.dense(tensors.norm(place, layer)));
                layers.add(new Layer(norms, linears, biases));
            }
            FrozenBase base =
                    new FrozenBase(config, options, manager, embedding, head, host.dense(tensors.norm()), layers);
            loaded = true;
            return base;
        } finally {
            if (!loaded) manager.close();
        }
    }

    /// A base of this shape with random weights, made on the manager's device without a checkpoint: for measurements.
    /// A quantised one never exists in 16 bits.
    public static FrozenBase random(ModelConfig config, BaseOptions options, NDManager parent) {
        return RandomBase.of(config, options, parent);
    }

    private static StoredWeight stored(WeightView view, HostTensors host, BaseOptions options, NDManager manager) {
        if (!options.quantised()) return new DenseWeight(host.dense(view));
        return Nf4Weight.quantise(manager, view::read, view.shape()[0], view.shape()[1], options.compute());
    }

    public ModelConfig config() {
        return config;
    }

    public BaseOptions options() {
        return options;
    }

    public NDManager manager() {
        return manager;
    }

    public NDArray embedding() {
        return embedding;
    }

    public NDArray head() {
        return head;
    }

    public NDArray norm() {
        return norm;
    }

    public List<Layer> layers() {
        return layers;
    }

    /// Bytes that the linear maps of the layers take.
    public long linearBytes() {
        return layers.stream()
                .flatMap(layer -> layer.linears().values().stream())
                .mapToLong(StoredWeight::bytes)
                .sum();
    }

    @Override
    public void close() {
        manager.close();
    }
}

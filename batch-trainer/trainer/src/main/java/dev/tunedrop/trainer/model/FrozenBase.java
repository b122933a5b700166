package dev.tunedrop.trainer.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.trainer.op.DoraLinear;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.quant.DenseWeight;
import dev.tunedrop.trainer.quant.Nf4Weight;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;
import dev.tunedrop.trainer.weights.WeightView;

/// A base model that is not trained: loaded once, shared by any number of adapters.
///
/// Linear maps are stored as [BaseOptions] says; embeddings, norms, biases and head always in compute precision, as
/// bitsandbytes leaves them. What a classifier's top starts from is fp32.
public final class FrozenBase implements Weights, AutoCloseable {

    private final ModelConfig config;
    private final BaseOptions options;
    private final NDManager manager;
    private final Contents contents;
    private final Map<String, NDArray> squares = new HashMap<>();

    /// @param arrays by tensor name, in compute precision
    /// @param linears by module name
    /// @param tops by tensor name, those that the checkpoint has
    record Contents(Map<String, NDArray> arrays, Map<String, StoredWeight> linears, Map<String, NDArray> tops) {
        Contents() {
            this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        }
    }

    FrozenBase(ModelConfig config, BaseOptions options, NDManager manager, Contents contents) {
        this.config = config;
        this.options = options;
        this.manager = manager;
        this.contents = contents;
    }

    /// The same weights as those of a classifier of other labels, with no top of its own. They stay this base's: close
    /// this one, never that.
    public FrozenBase withLabels(List<String> labels) {
        Contents shared = new Contents(contents.arrays, contents.linears, Map.of());
        return new FrozenBase(config.withLabels(labels), options, manager, shared);
    }

    /// The same weights for passes of other options about memory. They stay this base's: close this one, never that.
    public FrozenBase with(BaseOptions passes) {
        if (passes.compute() != options.compute() || passes.quantised() != options.quantised())
            throw new IllegalArgumentException("weights that are held already keep their form");
        return new FrozenBase(config, passes, manager, contents);
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
            HostTensors host = new HostTensors(manager, options.compute());
            HostTensors masters = new HostTensors(manager, DataType.FLOAT32);
            HostTensors lookedUp = new HostTensors(LookupTable.home(config, options, manager), options.compute());
            Contents contents = new Contents();
            for (ModelTensor tensor : ModelTensors.of(config)) {
                LinearMap map = tensor.map();
                if (tensor.optional()) {
                    Optional<WeightView> found = checkpoint.find(tensor, config);
                    found.ifPresent(view -> contents.tops.put(tensor.name(), masters.dense(view)));
                } else if (map != null) {
                    StoredWeight weight = options.quantised()
                            ? quantised(checkpoint, tensor, config, options, manager)
                            : new DenseWeight(host.dense(checkpoint.get(tensor, config)));
                    contents.linears.put(map.module(), weight);
                } else {
                    HostTensors home = tensor.name().equals(config.embeddingTensor()) ? lookedUp : host;
                    contents.arrays.put(tensor.name(), home.dense(checkpoint.get(tensor, config)));
                }
            }
            loaded = true;
            return new FrozenBase(config, options, manager, contents);
        } finally {
            if (!loaded) manager.close();
        }
    }

    /// A base of this shape with random weights, made on the manager's device without a checkpoint: for measurements.
    /// A quantised one never exists in 16 bits.
    public static FrozenBase random(ModelConfig config, BaseOptions options, NDManager parent) {
        return RandomBase.of(config, options, parent);
    }

    /// The file is read once: a value that is no number reaches the mean of the scales, and is then looked for.
    private static Nf4Weight quantised(
            Checkpoint checkpoint, ModelTensor tensor, ModelConfig config, BaseOptions options, NDManager manager) {
        WeightView view = checkpoint.unread(tensor, config);
        Nf4Weight weight = Nf4Weight.quantise(manager, view::read, view.shape()[0], view.shape()[1], options.compute());
        if (!Float.isFinite(weight.offset())) checkpoint.get(tensor, config);
        return weight;
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

    @Override
    public Leaf leaf(String tensor) {
        NDArray array = contents.arrays.get(tensor);
        if (array == null) throw new IllegalStateException("the base has no " + tensor);
        return Leaf.frozen(array);
    }

    /// Whether there is such a vector, or table.
    public boolean has(String tensor) {
        return contents.arrays.containsKey(tensor);
    }

    /// The weight of a linear map.
    public StoredWeight linear(String module) {
        StoredWeight weight = contents.linears.get(module);
        if (weight == null) throw new IllegalStateException("the base has no " + module);
        return weight;
    }

    /// ‖w‖² of each row of a linear map's weight, (O) fp32: made when first asked for, by opening the weight once.
    public NDArray squares(String module) {
        return squares.computeIfAbsent(module, name -> {
            try (NDManager work = manager.newSubManager()) {
                NDArray found = DoraLinear.squares(linear(name).open(work));
                found.attach(manager);
                return found;
            }
        });
    }

    /// Every linear map by module name.
    public Map<String, StoredWeight> linears() {
        return Collections.unmodifiableMap(contents.linears);
    }

    /// What the checkpoint has of a classifier's top, fp32, by tensor name.
    public Map<String, NDArray> tops() {
        return Collections.unmodifiableMap(contents.tops);
    }

    /// Bytes that the linear maps take.
    public long linearBytes() {
        return contents.linears.values().stream().mapToLong(StoredWeight::bytes).sum();
    }

    @Override
    public void close() {
        manager.close();
    }
}

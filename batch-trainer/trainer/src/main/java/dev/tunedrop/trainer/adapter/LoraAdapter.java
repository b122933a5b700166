package dev.tunedrop.trainer.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.ModelTensor;
import dev.tunedrop.trainer.weights.ModelTensors;

/// A LoRA adapter: for each corrected linear map, fp32 masters of A (R, I) and B (O, R).
///
/// @param pairs by module name (`model.layers.0.self_attn.q_proj`), layer by layer in the order of
///     [dev.tunedrop.trainer.weights.Projection]
/// @param whole fp32 masters of what is trained whole beside them, a classifier's top, by tensor name
public record LoraAdapter(LoraConfig config, Map<String, Pair> pairs, Map<String, NDArray> whole) {

    /// Before every name in PEFT's files.
    public static final String PREFIX = "base_model.model.";

    /// @param a (R, I) fp32
    /// @param b (O, R) fp32
    /// @param magnitude (O) fp32, of DoRA only
    public record Pair(NDArray a, NDArray b, @Nullable NDArray magnitude) {
        public Pair(NDArray a, NDArray b) {
            this(a, b, null);
        }
    }

    public LoraAdapter {
        for (Map.Entry<String, Pair> pair : pairs.entrySet())
            if (config.dora() != (pair.getValue().magnitude != null))
                throw new IllegalArgumentException(
                        "%s must%s have a magnitude".formatted(pair.getKey(), config.dora() ? "" : " not"));
        pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
        whole = Collections.unmodifiableMap(new LinkedHashMap<>(whole));
    }

    public LoraAdapter(LoraConfig config, Map<String, Pair> pairs) {
        this(config, pairs, Map.of());
    }

    /// What PEFT starts from: A uniform in ±1/√I (Kaiming with a = √5), B zero, so the correction starts as nothing.
    /// Every matrix has its own stream of random numbers, keyed by seed and name.
    public static LoraAdapter fresh(ModelConfig model, LoraConfig config, long seed, NDManager manager) {
        return fresh(model, config, seed, Map.of(), manager);
    }

    /// @param start what a classifier's top starts from, by tensor name; what is missing is drawn
    public static LoraAdapter fresh(
            ModelConfig model, LoraConfig config, long seed, Map<String, NDArray> start, NDManager manager) {
        return fresh(
                model,
                config,
                seed,
                start,
                module -> {
                    throw new IllegalArgumentException("the magnitudes of %s start from its base".formatted(module));
                },
                manager);
    }

    /// @param lengths by module, those of the rows of the base's weight: what DoRA's magnitudes start from
    public static LoraAdapter fresh(
            ModelConfig model,
            LoraConfig config,
            long seed,
            Map<String, NDArray> start,
            Function<String, NDArray> lengths,
            NDManager manager) {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        for (LinearMap map : model.linearMaps()) {
            if (!config.targets().contains(map.projection())) continue;
            int inputs = Math.toIntExact(map.columns());
            float bound = (float) (1 / Math.sqrt(inputs));
            float[] a = new Draws(seed, aName(map.module())).uniform(config.rank() * inputs, bound);
            pairs.put(
                    map.module(),
                    new Pair(
                            manager.create(a, new Shape(config.rank(), inputs)),
                            manager.zeros(new Shape(map.rows(), config.rank()), DataType.FLOAT32),
                            config.dora() ? copy(lengths.apply(map.module()), manager) : null));
        }
        Map<String, NDArray> whole = new LinkedHashMap<>();
        for (ModelTensor tensor : tops(model)) {
            NDArray from = start.get(tensor.name());
            whole.put(tensor.name(), from == null ? Draws.top(tensor, model, seed, manager) : copy(from, manager));
        }
        return new LoraAdapter(config, pairs, whole);
    }

    private static NDArray copy(NDArray from, NDManager manager) {
        return manager.create(from.toFloatArray(), from.getShape());
    }

    static List<ModelTensor> tops(ModelConfig model) {
        return ModelTensors.of(model).stream().filter(ModelTensor::optional).toList();
    }

    public @Nullable Pair pair(String module) {
        return pairs.get(module);
    }

    public static String aName(String module) {
        return PREFIX + module + ".lora_A.weight";
    }

    public static String bName(String module) {
        return PREFIX + module + ".lora_B.weight";
    }

    public static String magnitudeName(String module) {
        return PREFIX + module + ".lora_magnitude_vector";
    }

    /// `base_model.model.classifier.weight`
    public static String wholeName(String tensor) {
        return PREFIX + tensor;
    }
}

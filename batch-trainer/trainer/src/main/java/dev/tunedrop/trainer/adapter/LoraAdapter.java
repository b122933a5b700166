package dev.tunedrop.trainer.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// A LoRA adapter: for each corrected linear map, fp32 masters of A (R, I) and B (O, R).
///
/// @param pairs by module name (`model.layers.0.self_attn.q_proj`), layer by layer in the order of [Projection]
public record LoraAdapter(LoraConfig config, Map<String, Pair> pairs) {

    /// Before every name in PEFT's files.
    public static final String PREFIX = "base_model.model.";

    /// @param a (R, I) fp32
    /// @param b (O, R) fp32
    public record Pair(NDArray a, NDArray b) {}

    public LoraAdapter {
        pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
    }

    /// What PEFT starts from: A uniform in ±1/√I (Kaiming with a = √5), B zero, so the correction starts as nothing.
    /// Every matrix has its own stream of random numbers, keyed by seed and name.
    public static LoraAdapter fresh(ModelConfig model, LoraConfig config, long seed, NDManager manager) {
        Map<String, Pair> pairs = new LinkedHashMap<>();
        for (int layer = 0; layer < model.layers(); layer++) {
            for (Projection projection : Projection.values()) {
                if (!config.targets().contains(projection)) continue;
                String module = projection.module(layer);
                int inputs = Math.toIntExact(projection.columns(model));
                float bound = (float) (1 / Math.sqrt(inputs));
                float[] a = new Draws(seed, aName(module)).uniform(config.rank() * inputs, bound);
                pairs.put(
                        module,
                        new Pair(
                                manager.create(a, new Shape(config.rank(), inputs)),
                                manager.zeros(new Shape(projection.rows(model), config.rank()), DataType.FLOAT32)));
            }
        }
        return new LoraAdapter(config, pairs);
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
}

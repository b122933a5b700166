package dev.tunedrop.trainer.weights;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.UserMistake;

/// Rotary position embedding as `config.json` states it. Every constant comes from the model's own file.
///
/// @param theta base of the geometric series of wavelengths
/// @param scaling how frequencies are stretched for contexts longer than the pre-training's
/// @param precision to which frequencies are rounded
public record RopeConfig(double theta, Scaling scaling, Precision precision) {

    private static final double DEFAULT_THETA = 10_000;

    /// Frequencies are fp32. A program that casts a whole model to bf16 casts them too, which turns later positions
    /// by another angle, and with them Gemma's embedding scale; what such a program computed is repeated only with
    /// [#BF16].
    public enum Precision {
        FP32,
        BF16
    }

    public sealed interface Scaling {}

    /// Frequencies as trained.
    public record None() implements Scaling {}

    /// Every frequency divided by `factor`.
    public record Linear(double factor) implements Scaling {}

    /// Llama 3.1: long wavelengths divided by `factor`, short ones kept, a smooth ramp between.
    public record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
            implements Scaling {}

    /// Reads `rope_theta` + `rope_scaling` (checkpoints of 2023 to 2025) or `rope_parameters` (transformers 5).
    static RopeConfig read(JsonNode config, String file) {
        JsonNode modern = config.path("rope_parameters");
        JsonNode scaling = modern.isObject() ? modern : config.path("rope_scaling");
        JsonNode theta = modern.has("rope_theta") ? modern.get("rope_theta") : config.path("rope_theta");
        return new RopeConfig(
                theta.isNumber() ? theta.doubleValue() : DEFAULT_THETA, scaling(scaling, file), Precision.FP32);
    }

    private static Scaling scaling(JsonNode node, String file) {
        if (!node.isObject()) return new None();
        String type = node.path("rope_type").asText(node.path("type").asText("default"));
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "default" -> new None();
            case "linear" -> new Linear(number(node, "factor", file));
            case "llama3" ->
                new Llama3(
                        number(node, "factor", file),
                        number(node, "low_freq_factor", file),
                        number(node, "high_freq_factor", file),
                        (int) number(node, "original_max_position_embeddings", file));
            default ->
                throw new UserMistake(
                        "%s: RoPE scaling \"%s\" is not supported. Use a base model with default, linear or llama3 scaling"
                                .formatted(file, type));
        };
    }

    private static double number(JsonNode node, String field, String file) {
        JsonNode value = node.path(field);
        if (!value.isNumber())
            throw new UserMistake(
                    "%s: RoPE scaling needs a number \"%s\". Fetch the base model again".formatted(file, field));
        return value.doubleValue();
    }

    /// Angular frequencies (D/2), rounded to fp32 as the reference implementation keeps them.
    ///
    /// f_i = theta^(-2i / D), then scaled.
    public float[] frequencies(int headDim) {
        float[] frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float exponent = (float) (2 * i) / headDim;
            float plain = 1.0f / (float) Math.pow(theta, exponent);
            frequencies[i] = rounded(scaled(plain));
        }
        return frequencies;
    }

    public RopeConfig with(Precision chosen) {
        return new RopeConfig(theta, scaling, chosen);
    }

    private float rounded(float frequency) {
        return switch (precision) {
            case FP32 -> frequency;
            case BF16 -> Bf16.rounded(frequency);
        };
    }

    private float scaled(float frequency) {
        return switch (scaling) {
            case None() -> frequency;
            case Linear(double factor) -> (float) (frequency / factor);
            case Llama3 s -> {
                double wavelength = 2 * Math.PI / frequency;
                if (wavelength > s.originalPositions / s.lowFrequencyFactor) yield (float) (frequency / s.factor);
                if (wavelength < s.originalPositions / s.highFrequencyFactor) yield frequency;
                double smooth = (s.originalPositions / wavelength - s.lowFrequencyFactor)
                        / (s.highFrequencyFactor - s.lowFrequencyFactor);
                yield (float) ((1 - smooth) * frequency / s.factor + smooth * frequency);
            }
        };
    }
}

package dev.tunedrop.trainer.weights;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.ContextLength;

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

    /// YaRN (Peng et al. 2023), as Qwen 2.5 asks for beyond 32,768 tokens: frequencies that turn often within the
    /// pre-training's context are kept, those that hardly turn are divided by `factor`, and cosines and sines are
    /// multiplied.
    ///
    /// @param fast turns within `originalPositions` from which a frequency is kept
    /// @param slow turns up to which it is divided
    /// @param truncated whether the ramp between them begins and ends at whole dimensions
    /// @param attentionFactor what cosines and sines are multiplied by
    public record Yarn(
            double factor, double fast, double slow, boolean truncated, int originalPositions, double attentionFactor)
            implements Scaling {

        /// The part (0 to 1) of a frequency that is divided.
        private float divided(int index, int headDim, double theta) {
            double low = Math.max(0, bound(fast, headDim, theta, false));
            double high = Math.min(headDim - 1, bound(slow, headDim, theta, true));
            if (low == high) high += 0.001;
            return (float) Math.clamp((index - low) / (high - low), 0, 1);
        }

        /// The dimension whose frequency makes this many turns.
        private double bound(double turns, int headDim, double theta, boolean up) {
            double dimension = headDim * Math.log(originalPositions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
            if (!truncated) return dimension;
            return up ? Math.ceil(dimension) : Math.floor(dimension);
        }
    }

    /// Reads `rope_theta` + `rope_scaling` (checkpoints of 2023 to 2025) or `rope_parameters` (transformers 5).
    static RopeConfig read(JsonNode config, String file) {
        JsonNode scaling = ContextLength.scaling(config);
        JsonNode modern = config.path("rope_parameters");
        JsonNode theta = modern.has("rope_theta") ? modern.get("rope_theta") : config.path("rope_theta");
        return new RopeConfig(
                theta.isNumber() ? theta.doubleValue() : DEFAULT_THETA,
                scaling(scaling, config.path("max_position_embeddings"), file),
                Precision.FP32);
    }

    private static Scaling scaling(JsonNode node, JsonNode positions, String file) {
        if (!node.isObject()) return new None();
        String type = ContextLength.type(node);
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "default" -> new None();
            case "linear" -> new Linear(number(node, "factor", file));
            case "llama3" ->
                new Llama3(
                        number(node, "factor", file),
                        number(node, "low_freq_factor", file),
                        number(node, "high_freq_factor", file),
                        (int) number(node, "original_max_position_embeddings", file));
            case "yarn" -> yarn(node, positions, file);
            default ->
                throw new UserMistake(
                        "%s: RoPE scaling (rope_type) \"%s\" is not supported. Use a base model with default, linear, llama3 or yarn scaling"
                                .formatted(file, type));
        };
    }

    /// Absent numbers are the reference implementation's.
    private static Yarn yarn(JsonNode node, JsonNode positions, String file) {
        JsonNode pretrained = ContextLength.original(node, positions);
        if (!pretrained.isNumber()) number(node, "original_max_position_embeddings", file);
        int original = pretrained.intValue();
        double factor =
                node.path("factor").isNull() ? positions.doubleValue() / original : number(node, "factor", file);
        double mscale = node.path("mscale").asDouble(0);
        double mscaleAll = node.path("mscale_all_dim").asDouble(0);
        double inferred = mscale != 0 && mscaleAll != 0
                ? attention(factor, mscale) / attention(factor, mscaleAll)
                : attention(factor, 1);
        return new Yarn(
                factor,
                positive(node, "beta_fast", 32),
                positive(node, "beta_slow", 1),
                node.path("truncate").asBoolean(true),
                original,
                node.path("attention_factor").asDouble(inferred));
    }

    /// 1 + 0.1 scale ln factor: what the paper found for the temperature of attention.
    private static double attention(double factor, double scale) {
        return factor <= 1 ? 1 : 1 + 0.1 * scale * Math.log(factor);
    }

    private static double positive(JsonNode node, String field, double otherwise) {
        double value = node.path(field).asDouble(0);
        return value > 0 ? value : otherwise;
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
            frequencies[i] = rounded(scaled(plain, i, headDim));
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

    /// What cosines and sines are multiplied by.
    public float magnitude() {
        return scaling instanceof Yarn yarn ? (float) yarn.attentionFactor : 1;
    }

    private float scaled(float frequency, int index, int headDim) {
        return switch (scaling) {
            case None() -> frequency;
            case Linear(double factor) -> (float) (frequency / factor);
            case Yarn yarn -> {
                float divided = yarn.divided(index, headDim, theta);
                yield (float) (frequency / yarn.factor) * divided + frequency * (1 - divided);
            }
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

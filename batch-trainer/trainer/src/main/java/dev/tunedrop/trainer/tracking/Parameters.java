package dev.tunedrop.trainer.tracking;

import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.StepMetrics;

/// What a tracking server is told, under its names there.
final class Parameters {

    private Parameters() {}

    /// Every setting; one of a group as `memory.optimizer`.
    static Map<String, String> of(RunSettings settings) {
        Map<String, String> parameters = new LinkedHashMap<>();
        flatten("", Json.mapper().valueToTree(settings), parameters);
        return parameters;
    }

    private static void flatten(String prefix, JsonNode object, Map<String, String> into) {
        object.properties().forEach(entry -> {
            String name = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) flatten(name + ".", value, into);
            else if (!value.isNull()) into.put(name, value.isTextual() ? value.textValue() : value.toString());
        });
    }

    /// A step's figures that are numbers.
    static Map<String, Double> figures(StepMetrics metrics) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", metrics.loss());
        figures.put("learning_rate", metrics.learningRate());
        figures.put("gradient_norm", metrics.gradientNorm());
        figures.put("epoch", metrics.epoch());
        figures.put("tokens", (double) metrics.tokens());
        figures.put("trained_tokens", (double) metrics.trainedTokens());
        figures.put("tokens_per_second", metrics.tokensPerSecond());
        figures.put("peak_memory_bytes", (double) metrics.peakMemoryBytes());
        Double heldOut = metrics.heldOutLoss();
        if (heldOut != null) figures.put("held_out_loss", heldOut);
        figures.values().removeIf(value -> !Double.isFinite(value));
        return figures;
    }
}

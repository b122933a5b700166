package dev.tunedrop.events.artefact;

import com.fasterxml.jackson.databind.JsonNode;

/// The longest row that a base was made for, from its `config.json`.
///
/// It is `max_position_embeddings`. A base that stretches its positions by YaRN reads `factor` times the positions of
/// its pre-training, and such files leave `max_position_embeddings` at either figure (Qwen 2.5's note on long texts
/// leaves it at the shorter), so the longer counts, as it does in vLLM.
public final class ContextLength {

    private ContextLength() {}

    /// @param otherwise where the file names no length
    public static int of(JsonNode config, int otherwise) {
        JsonNode named = config.path("max_position_embeddings");
        JsonNode scaling = scaling(config);
        if (!"yarn".equalsIgnoreCase(type(scaling))) return named.asInt(otherwise);
        double stretched =
                scaling.path("factor").asDouble(1) * original(scaling, named).asInt(0);
        int longest = Math.max(named.asInt(0), (int) stretched);
        return longest == 0 ? otherwise : longest;
    }

    /// How positions are scaled: `rope_parameters` (transformers 5), else `rope_scaling`; missing where neither is.
    public static JsonNode scaling(JsonNode config) {
        JsonNode modern = config.path("rope_parameters");
        return modern.isObject() ? modern : config.path("rope_scaling");
    }

    /// The kind of scaling under the name of either dialect.
    public static String type(JsonNode scaling) {
        return scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    }

    /// The positions of the pre-training that YaRN starts from.
    ///
    /// @param named `max_position_embeddings`, which counts where the scaling does not say
    public static JsonNode original(JsonNode scaling, JsonNode named) {
        JsonNode own = scaling.path("original_max_position_embeddings");
        return own.isNumber() ? own : named;
    }
}

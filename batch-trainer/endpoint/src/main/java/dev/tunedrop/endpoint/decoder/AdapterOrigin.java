package dev.tunedrop.endpoint.decoder;

import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.endpoint.generate.UnusableAdapter;
import dev.tunedrop.events.json.Json;

/// Which base an adapter says it was trained on. Shapes alone do not tell: two bases of one architecture have the same.
public final class AdapterOrigin {

    private static final String FIELD = "base_model_name_or_path";

    private AdapterOrigin() {}

    /// Compares the last part of the name (`Llama-3.2-1B` of `meta-llama/Llama-3.2-1B`): the rest is where it lay. An
    /// adapter that names no base passes; one without a configuration is refused by whoever reads it.
    ///
    /// @throws UnusableAdapter where it names another base
    public static void check(Path directory, String base) {
        Path file = directory.resolve("adapter_config.json");
        if (!Files.isRegularFile(file)) return;
        JsonNode named = Json.read(file, JsonNode.class).path(FIELD);
        if (!named.isTextual() || named.textValue().isBlank()) return;
        String origin = last(named.textValue());
        if (!origin.equals(base))
            throw new UnusableAdapter(
                    "%s: %s names %s, and this endpoint serves %s; load it on its own base, or serve this one as --name %s if it is the same"
                            .formatted(file, FIELD, origin, base, origin));
    }

    private static String last(String path) {
        String trimmed = path.replaceAll("[/\\\\]+$", "");
        return trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\')) + 1);
    }
}

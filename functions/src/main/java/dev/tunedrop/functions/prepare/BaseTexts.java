package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.text.TextException;

/// The text side of base models, fetched once per function instance. Weights stay where they are.
final class BaseTexts {

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final Objects bases;
    private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();

    BaseTexts(Objects bases) {
        this.bases = bases;
    }

    /// @param maxPositions the longest row the model can read
    record Loaded(BaseText text, int maxPositions) {}

    Loaded of(String base) {
        return loaded.computeIfAbsent(base, this::load);
    }

    private Loaded load(String base) {
        try {
            Path folder = Files.createTempDirectory("tunedrop-base");
            for (String key : bases.list(base + "/")) {
                String name = key.substring(base.length() + 1);
                boolean text = name.endsWith(".json") || name.endsWith(".jinja") || name.endsWith(".model");
                if (text && name.indexOf('/') < 0) bases.download(key, folder.resolve(name));
            }
            JsonNode config = Json.read(folder.resolve("config.json"), JsonNode.class);
            return new Loaded(
                    BaseText.load(folder),
                    config.path("max_position_embeddings").asInt(NO_LIMIT));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot fetch the text files of base " + base, e);
        } catch (TextException e) {
            throw new Rejected(
                    "base-unusable", "the base model \"" + base + "\": " + String.valueOf(e.getMessage()), e);
        }
    }
}

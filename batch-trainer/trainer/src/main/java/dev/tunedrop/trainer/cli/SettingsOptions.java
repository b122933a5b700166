package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;

/// Settings from a file and from the command line, the second over the first.
final class SettingsOptions {

    private SettingsOptions() {}

    /// @param base the base model's name, unless the settings tell another
    static RunSettings read(@Nullable Path file, Map<String, String> overrides, String base) {
        String origin = file == null ? "settings" : file.toString();
        try {
            byte[] json = file == null ? "{}".getBytes(StandardCharsets.UTF_8) : Files.readAllBytes(file);
            if (!(Json.tree(json, origin) instanceof ObjectNode merged))
                throw new InvalidDocument(origin + ": must be a JSON object such as {\"epochs\": 3}");
            if (!merged.has("base")) merged.put("base", base);
            overrides.forEach((name, value) -> put(merged, name, value(value)));
            return SettingsFile.read(Json.bytes(merged), origin);
        } catch (NoSuchFileException e) {
            throw new UserMistake("There is no file " + file + ". Name an existing tune.json.", e);
        } catch (IOException e) {
            throw new UserMistake("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
        }
    }

    /// `dpo.beta` names a field of a group.
    private static void put(ObjectNode settings, String name, JsonNode value) {
        int dot = name.indexOf('.');
        if (dot < 0) settings.set(name, value);
        else put(settings.withObjectProperty(name.substring(0, dot)), name.substring(dot + 1), value);
    }

    /// A number, a truth value or a list where it reads as one; else a word.
    private static JsonNode value(String text) {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}

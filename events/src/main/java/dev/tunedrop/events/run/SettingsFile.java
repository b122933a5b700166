package dev.tunedrop.events.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Turns a team's `tune.json` into [RunSettings]: the defaults, overlaid with what the file says. An unknown field is
/// refused with the nearest known name, since a misspelt setting that is ignored is paid for later.
public final class SettingsFile {

    private static final List<String> FIELDS = Arrays.stream(RunSettings.class.getRecordComponents())
            .map(component -> component.getName())
            .toList();
    private static final List<String> WORDS = List.of("method", "schedule", "compute", "privacy", "prefer");

    private SettingsFile() {}

    public static RunSettings defaults() {
        return read("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "no settings");
    }

    /// @param origin the file's name, for messages
    public static RunSettings read(byte[] json, String origin) {
        JsonNode chosen = Json.tree(json, origin);
        if (!(chosen instanceof ObjectNode object))
            throw new InvalidDocument(origin + ": must be a JSON object such as {\"epochs\": 3}");
        for (String field : new TreeSet<>(names(object))) {
            if (!FIELDS.contains(field))
                throw new InvalidDocument(
                        "%s: unknown setting \"%s\"; did you mean \"%s\"?".formatted(origin, field, nearest(field)));
        }
        ObjectNode merged = defaultTree();
        object.properties().forEach(entry -> merged.set(entry.getKey(), normal(entry.getKey(), entry.getValue())));
        return Json.convert(merged, RunSettings.class, origin);
    }

    /// Lower-case words in the file, constants in the code; `targets` may be one word.
    private static JsonNode normal(String field, JsonNode value) {
        if (WORDS.contains(field) && value.isTextual())
            return TextNode.valueOf(value.textValue().toUpperCase(Locale.ROOT));
        if (field.equals("targets") && value.isTextual())
            return Json.mapper().createArrayNode().add(value.textValue());
        return value;
    }

    private static ObjectNode defaultTree() {
        try (InputStream in = Objects.requireNonNull(SettingsFile.class.getResourceAsStream("default-settings.json"))) {
            ObjectNode defaults = (ObjectNode) Json.tree(in.readAllBytes(), "default-settings.json");
            for (String field : names(defaults)) defaults.set(field, normal(field, defaults.get(field)));
            return defaults;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the default settings", e);
        }
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String nearest(String field) {
        return FIELDS.stream()
                .min(Comparator.comparingInt(
                        known -> distance(known.toLowerCase(Locale.ROOT), field.toLowerCase(Locale.ROOT))))
                .orElseThrow();
    }

    /// Levenshtein's edit distance.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

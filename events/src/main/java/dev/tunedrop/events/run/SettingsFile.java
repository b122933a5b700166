package dev.tunedrop.events.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Turns a team's `tune.json` into [RunSettings]: the defaults, overlaid with what the file says. An unknown field is
/// refused with the nearest known name, since a misspelt setting that is ignored is paid for later.
public final class SettingsFile {

    private SettingsFile() {}

    public static RunSettings defaults() {
        return read("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "no settings");
    }

    /// @param origin the file's name, for messages
    public static RunSettings read(byte[] json, String origin) {
        JsonNode chosen = Json.tree(json, origin);
        if (!(chosen instanceof ObjectNode object))
            throw new InvalidDocument(origin + ": must be a JSON object such as {\"epochs\": 3}");
        ObjectNode merged = defaultTree();
        overlay(merged, object, RunSettings.class, "", origin);
        return Json.convert(merged, RunSettings.class, origin);
    }

    /// Frozen settings with some of them replaced.
    ///
    /// @param changes by name, as a file writes them
    public static RunSettings with(RunSettings settings, Map<String, String> changes, String origin) {
        ObjectNode merged = Json.mapper().valueToTree(settings);
        overlay(merged, Json.mapper().valueToTree(changes), RunSettings.class, "", origin);
        return Json.convert(merged, RunSettings.class, origin);
    }

    /// Writes what a file says over the defaults, a group of settings field by field.
    private static void overlay(ObjectNode onto, ObjectNode from, Class<?> group, String path, String origin) {
        Map<String, Class<?>> fields = fields(group);
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            String name = entry.getKey();
            Class<?> type = fields.get(name);
            if (type == null)
                throw new InvalidDocument("%s: unknown setting \"%s\"; did you mean \"%s\"?"
                        .formatted(origin, path + name, path + nearest(name, fields.keySet())));
            if (type.isRecord() && entry.getValue() instanceof ObjectNode inner)
                overlay(onto.withObjectProperty(name), inner, type, path + name + ".", origin);
            else onto.set(name, normal(name, type, entry.getValue(), origin + ": " + path + name));
        }
    }

    private static Map<String, Class<?>> fields(Class<?> group) {
        Map<String, Class<?>> fields = new LinkedHashMap<>();
        for (RecordComponent component : group.getRecordComponents())
            fields.put(component.getName(), component.getType());
        return fields;
    }

    /// Lower-case words in the file, constants in the code; `targets` may be one word.
    private static JsonNode normal(String name, Class<?> type, JsonNode value, String place) {
        if (type.isEnum() && value.isTextual()) return TextNode.valueOf(constant(type, value.textValue(), place));
        if (name.equals("targets") && value.isTextual())
            return Json.mapper().createArrayNode().add(value.textValue());
        return value;
    }

    private static String constant(Class<?> type, String word, String place) {
        List<String> constants = Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        String asked = word.toUpperCase(Locale.ROOT).replace('-', '_');
        if (!constants.contains(asked))
            throw new InvalidDocument("%s must be one of %s, was \"%s\""
                    .formatted(
                            place,
                            String.join(", ", constants)
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'),
                            word));
        return asked;
    }

    /// The defaults, as frozen settings write them.
    static ObjectNode defaultTree() {
        try (InputStream in = Objects.requireNonNull(SettingsFile.class.getResourceAsStream("default-settings.json"))) {
            ObjectNode defaults = Json.mapper().createObjectNode();
            ObjectNode written = (ObjectNode) Json.tree(in.readAllBytes(), "default-settings.json");
            overlay(defaults, written, RunSettings.class, "", "default-settings.json");
            return defaults;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the default settings", e);
        }
    }

    private static String nearest(String field, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(
                        name -> distance(name.toLowerCase(Locale.ROOT), field.toLowerCase(Locale.ROOT))))
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

package dev.tunedrop.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// The data files that both clouds are built from, and those of this room.
public final class WorkflowData {

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([A-Za-z0-9]+)}");

    private WorkflowData() {}

    /// The state machine, on one line.
    public static String machine() {
        return Json.writeLine(shared("tunedrop.asl.json"));
    }

    /// A file of the workflow room: `functions.json`, `queues.json`, `rules.json`, `tables.json`.
    public static JsonNode shared(String name) {
        return read("/tunedrop/" + name);
    }

    /// A file of this room.
    public static JsonNode own(String name) {
        return read("/dev/tunedrop/aws/" + name);
    }

    /// Every `${Name}` of a text.
    public static SortedSet<String> substitutions(String text) {
        SortedSet<String> names = new TreeSet<>();
        Matcher matcher = SUBSTITUTION.matcher(text);
        while (matcher.find()) names.add(matcher.group(1));
        return names;
    }

    /// A document as plain maps and lists with each `${Name}` replaced; the CDK's tokens survive in the values.
    public static Map<String, Object> resolved(JsonNode document, Map<String, String> names) {
        String text = SUBSTITUTION.matcher(Json.writeLine(document)).replaceAll(match -> {
            String value = names.get(match.group(1));
            if (value == null)
                throw new IllegalStateException(
                        "the workflow's data names ${" + match.group(1) + "}, which is unknown");
            return Matcher.quoteReplacement(value);
        });
        try {
            return Json.mapper().readValue(text, new TypeReference<Map<String, Object>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("a data file of the workflow is no object", e);
        }
    }

    private static JsonNode read(String path) {
        try (InputStream in = WorkflowData.class.getResourceAsStream(path)) {
            if (in == null) throw new IllegalStateException("the class path does not hold " + path);
            return Json.tree(in.readAllBytes(), path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }
}

package dev.tunedrop.events.artefact;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// The labels of a dataset of texts, in the order by which a row refers to them and a classifier answers.
public final class Labels {

    /// The metadata field of a shard that names them.
    static final String FIELD = "labels";

    private static final Comparator<String> NUMBERS_BY_VALUE =
            Comparator.<String>comparingLong(Long::parseLong).thenComparing(Comparator.naturalOrder());

    private Labels() {}

    /// Each label once: by value where all are whole numbers, else by name.
    public static List<String> sorted(Collection<String> labels) {
        boolean numbers = labels.stream().allMatch(label -> label.matches("-?\\d{1,18}"));
        TreeSet<String> once = new TreeSet<>(numbers ? NUMBERS_BY_VALUE : Comparator.naturalOrder());
        once.addAll(labels);
        return List.copyOf(once);
    }

    static String written(List<String> labels) {
        return Json.writeLine(labels);
    }

    /// @param where names the document in messages
    static List<String> read(String json, String where) {
        List<String> labels = new ArrayList<>();
        for (JsonNode label : Json.tree(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), where)) {
            if (!label.isTextual()) throw new InvalidDocument(where + ": labels must be a list of names");
            labels.add(label.textValue());
        }
        if (labels.isEmpty()) throw new InvalidDocument(where + ": labels must be a list of names");
        return List.copyOf(labels);
    }
}

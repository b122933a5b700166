package dev.tunedrop.trainer.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.UserMistake;

/// The fields of a `config.json`. One that is absent or null has the value that the reference implementation gives it.
///
/// @param file names the document in messages
record ConfigFields(JsonNode json, String file) {

    int positive(String field, int otherwise) {
        JsonNode node = json.path(field);
        int value = node.isMissingNode() || node.isNull() ? otherwise : node.isIntegralNumber() ? node.intValue() : -1;
        if (value < 1) throw new IllegalArgumentException(field + " must be a positive whole number");
        return value;
    }

    /// The first of these fields that the file has.
    int first(String... fields) {
        for (String field : fields) if (json.path(field).isIntegralNumber()) return positive(field, 0);
        return positive(fields[0], 0);
    }

    /// The same document with another value of a field.
    ConfigFields with(String field, double value) {
        ObjectNode changed = json.isObject() ? json.deepCopy() : JsonNodeFactory.instance.objectNode();
        if (value == Math.rint(value)) changed.put(field, (int) value);
        else changed.put(field, value);
        return new ConfigFields(changed, file);
    }

    /// `sliding_window`: a number of keys, or null for none.
    int window(int otherwise) {
        return json.path("sliding_window").isNull() ? Architecture.NO_WINDOW : positive("sliding_window", otherwise);
    }

    /// The window of each layer: by `layer_types` where the file has it, else by the family's own rule.
    List<Integer> windows(int window, IntPredicate slides) {
        JsonNode types = json.path("layer_types");
        return IntStream.range(0, positive("num_hidden_layers", 0))
                .mapToObj(layer -> {
                    boolean sliding = types.isArray()
                            ? types.path(layer).asText("").equals("sliding_attention")
                            : slides.test(layer);
                    return sliding ? window : Architecture.NO_WINDOW;
                })
                .toList();
    }

    /// A cap, or null for none, which is 0.
    double cap(String field, double otherwise) {
        double cap = json.path(field).isNull() ? 0 : number(field, otherwise);
        if (cap < 0) throw new IllegalArgumentException(field + " must be above 0 or null, was " + cap);
        return cap;
    }

    /// The labels of a model that was saved as a classifier, in the order of its logits.
    List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (JsonNode name : json.path("architectures")) {
            if (!name.asText().endsWith("ForSequenceClassification")) continue;
            JsonNode byId = json.path("id2label");
            for (int id = 0; id < byId.size(); id++)
                labels.add(byId.path(String.valueOf(id)).asText("LABEL_" + id));
        }
        return labels;
    }

    double number(String field, double otherwise) {
        return json.path(field).asDouble(otherwise);
    }

    boolean flag(String field, boolean otherwise) {
        return json.path(field).asBoolean(otherwise);
    }

    String text(String field, String otherwise) {
        return json.path(field).asText(otherwise);
    }

    /// Refuses another value than `wanted`, which is also the value of an absent field.
    void mustBe(String field, String wanted) {
        String found = text(field, wanted);
        if (!found.equals(wanted))
            throw new UserMistake(
                    "%s: %s \"%s\" is not supported. Use a model with %s".formatted(file, field, found, wanted));
    }

    void mustBeFalse(String field) {
        if (flag(field, false))
            throw new UserMistake(
                    "%s: %s is true, which is not supported. Use a model without it".formatted(file, field));
    }
}

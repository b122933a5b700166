package dev.tunedrop.text.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// JSON as templates see it in Python: mappings, lists, texts, whole numbers, floats, switches and nothing.
final class PythonData {

    /// Floats are Python's floats here: a zero keeps its sign.
    private static final ObjectReader FLOATS =
            Json.mapper().reader().without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private PythonData() {}

    static @Nullable Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, @Nullable Object> mapping = new LinkedHashMap<>();
                node.properties().forEach(field -> mapping.put(field.getKey(), of(field.getValue())));
                yield mapping;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                node.forEach(item -> list.add(of(item)));
                yield list;
            }
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                node.isIntegralNumber()
                        ? node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue()
                        : (Object) node.doubleValue();
            case BINARY, MISSING, NULL, POJO -> null;
        };
    }

    /// What a text spells, or the text itself where it is not the JSON of a mapping.
    static Object parsed(String text) {
        try {
            JsonNode node = FLOATS.readTree(text);
            Object value = node.isObject() ? of(node) : null;
            return value == null ? text : value;
        } catch (JsonProcessingException e) {
            return text;
        }
    }
}

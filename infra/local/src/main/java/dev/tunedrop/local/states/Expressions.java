package dev.tunedrop.local.states;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// Evaluates the `{% … %}` strings of a field, however deep. As at AWS: the top-level `$` is not bound, a result that
/// is undefined or no JSON value is `States.QueryEvaluationError`, and `$partition`, `$range` and `$parse` are there.
final class Expressions {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long MILLIS = 10_000;
    private static final int DEPTH = 200;

    private final Map<String, JsonNode> variables;
    private final ObjectNode states;

    /// @param states the reserved variable `$states`
    Expressions(Map<String, JsonNode> variables, ObjectNode states) {
        this.variables = variables;
        this.states = states;
    }

    static boolean isExpression(JsonNode value) {
        return value.isTextual()
                && value.textValue().startsWith("{%")
                && value.textValue().endsWith("%}");
    }

    /// @param where the field, for the error
    JsonNode evaluate(JsonNode template, String where) {
        if (isExpression(template)) return evaluateText(template.textValue(), where);
        if (template.isObject()) {
            ObjectNode object = NODES.objectNode();
            template.properties()
                    .forEach(e -> object.set(e.getKey(), evaluate(e.getValue(), where + "." + e.getKey())));
            return object;
        }
        if (template.isArray()) {
            ArrayNode array = NODES.arrayNode();
            for (int i = 0; i < template.size(); i++) array.add(evaluate(template.get(i), where + "[" + i + "]"));
            return array;
        }
        return template;
    }

    private JsonNode evaluateText(String text, String where) {
        String expression = text.substring(2, text.length() - 2).strip();
        try {
            Jsonata jsonata = Jsonata.jsonata(expression);
            jsonata.setOutputConvertNulls(false);
            Jsonata.Frame frame = jsonata.createFrame();
            frame.setRuntimeBounds(MILLIS, DEPTH);
            variables.forEach((name, value) -> frame.bind(name, toJava(value)));
            frame.bind("states", toJava(states));
            frame.bind("parse", (Object json) -> toJava(parse(json)));
            frame.bind("range", new RangeFunction());
            frame.bind("partition", (List<?> items, Number size) -> partition(items, size.intValue()));
            Object result = jsonata.evaluate(null, frame);
            if (result == null)
                throw new AslFailure(
                        AslFailure.QUERY,
                        "The JSONata expression '%s' specified for the field '%s' returned nothing (undefined)."
                                .formatted(expression, where));
            return toJson(result, where);
        } catch (JException e) {
            throw new AslFailure(
                    AslFailure.QUERY,
                    "The JSONata expression '%s' specified for the field '%s' threw an error during evaluation. %s"
                            .formatted(expression, where, e.getMessage()),
                    e);
        }
    }

    private static JsonNode parse(Object json) {
        try {
            return Json.read(String.valueOf(json), JsonNode.class, "$parse");
        } catch (InvalidDocument e) {
            throw new JException(e, "$parse: the text is not JSON", 0, null, null);
        }
    }

    private static List<List<Object>> partition(List<?> items, int size) {
        if (size < 1) throw new JException("$partition: the size must be at least 1, was " + size, 0);
        List<List<Object>> parts = new ArrayList<>();
        for (int i = 0; i < items.size(); i += size)
            parts.add(new ArrayList<>(items.subList(i, Math.min(items.size(), i + size))));
        return parts;
    }

    /// `$range(first, last, step)`, both ends included.
    private static final class RangeFunction extends Jsonata.JFunction {
        RangeFunction() {
            super(
                    (input, arguments) -> {
                        long first = ((Number) arguments.get(0)).longValue();
                        long last = ((Number) arguments.get(1)).longValue();
                        long step = ((Number) arguments.get(2)).longValue();
                        if (step == 0) throw new JException("$range: the step is 0", 0);
                        List<Object> numbers = new ArrayList<>();
                        for (long n = first; step > 0 ? n <= last : n >= last; n += step) numbers.add(n);
                        return numbers;
                    },
                    "<nnn:a<n>>");
        }
    }

    private static @Nullable Object toJava(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            node.properties().forEach(e -> map.put(e.getKey(), toJava(e.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(item -> list.add(toJava(item)));
            return list;
        }
        if (node.isTextual()) return node.textValue();
        if (node.isBoolean()) return node.booleanValue();
        if (node.isIntegralNumber()) return node.canConvertToInt() ? (Object) node.intValue() : node.longValue();
        if (node.isNumber()) return node.doubleValue();
        return Jsonata.NULL_VALUE;
    }

    private static JsonNode toJson(@Nullable Object value, String where) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> TextNode.valueOf(text);
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer n -> NODES.numberNode(n);
            case Long n -> NODES.numberNode(n);
            case Number n -> number(n.doubleValue());
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach((key, item) -> object.set(String.valueOf(key), toJson(item, where)));
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode();
                list.forEach(item -> array.add(toJson(item, where)));
                yield array;
            }
            default -> {
                if (Jsonata.NULL_VALUE.equals(value)) yield NODES.nullNode();
                throw new AslFailure(
                        AslFailure.QUERY, "The result for the field '%s' is not a JSON value.".formatted(where));
            }
        };
    }

    private static JsonNode number(double n) {
        return n == Math.rint(n) && Math.abs(n) < 1L << 53 ? NODES.numberNode((long) n) : NODES.numberNode(n);
    }
}

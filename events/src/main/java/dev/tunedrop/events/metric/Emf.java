package dev.tunedrop.events.metric;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// CloudWatch's embedded metric format: a log line in JSON from which CloudWatch takes figures.
///
/// `{"_aws": {"Timestamp": ms, "CloudWatchMetrics": [directive, …]}, "runId": …, "QuotedUsd": 2.5, …}`, where a
/// directive is `{"Namespace", "Dimensions": [[name, …]], "Metrics": [{"Name", "Unit"}, …]}`. Figures that are told
/// apart by the same dimension share a directive; those without one have the empty set of dimensions.
///
/// Source: the specification in the user guide of Amazon CloudWatch, "Embedded metric format".
public final class Emf {

    private static final String META = "_aws";

    private Emf() {}

    /// One figure out of a line.
    ///
    /// @param dimension the value of the figure's dimension; empty when it has none
    /// @param runId empty when the line names no run
    public record Point(Instant at, String name, String dimension, double value, String runId) {}

    /// A line without its end.
    public static String line(Instant at, Map<String, String> about, Map<Metric, ? extends Number> values) {
        ObjectNode line = Json.mapper().createObjectNode();
        ObjectNode meta = line.putObject(META).put("Timestamp", at.toEpochMilli());
        ArrayNode directives = meta.putArray("CloudWatchMetrics");
        about.forEach(line::put);
        Map<String, ArrayNode> groups = new LinkedHashMap<>();
        values.forEach((metric, value) -> {
            // CloudWatch takes no figure that is not a number, and would refuse the whole line
            if (!Double.isFinite(value.doubleValue())) return;
            String dimension = metric.dimension();
            if (dimension != null && !about.containsKey(dimension))
                throw new IllegalArgumentException(metric.wireName() + " is told apart by " + dimension
                        + ", which is not given; add it to what the figures are about");
            groups.computeIfAbsent(dimension == null ? "" : dimension, name -> directive(directives, name))
                    .addObject()
                    .put("Name", metric.wireName())
                    .put("Unit", metric.unit());
            line.put(metric.wireName(), value.doubleValue());
        });
        return Json.writeLine(line);
    }

    private static ArrayNode directive(ArrayNode directives, String dimension) {
        ObjectNode directive = directives.addObject().put("Namespace", Metric.NAMESPACE);
        ArrayNode names = directive.putArray("Dimensions").addArray();
        if (!dimension.isEmpty()) names.add(dimension);
        return directive.putArray("Metrics");
    }

    /// The figures of a line; none when the line is no such document, as most lines of a log are not.
    public static List<Point> points(String line) {
        if (!line.startsWith("{") || !line.contains("\"" + META + "\"")) return List.of();
        JsonNode document = Json.read(line, JsonNode.class, "a line of figures");
        Instant at = Instant.ofEpochMilli(document.path(META).path("Timestamp").asLong());
        List<Point> points = new ArrayList<>();
        for (JsonNode directive : document.path(META).path("CloudWatchMetrics")) {
            JsonNode name = directive.path("Dimensions").path(0).path(0);
            String dimension = text(document, name.isTextual() ? name.asText() : null);
            for (JsonNode metric : directive.path("Metrics")) {
                String figure = metric.path("Name").asText();
                points.add(
                        new Point(at, figure, dimension, document.path(figure).asDouble(), text(document, "runId")));
            }
        }
        return List.copyOf(points);
    }

    private static String text(JsonNode document, @Nullable String name) {
        return name == null ? "" : document.path(name).asText();
    }
}

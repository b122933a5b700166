package dev.tunedrop.functions.provider.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.faults.FaultyService.Asked;

/// AWS's own model of a service, as its SDKs are made from: operations, members, what is required, lengths,
/// patterns and enumerations. A member that the model does not name is a fault. Where the model is absent,
/// everything passes.
final class AwsModel {

    private final JsonNode model;

    private AwsModel(JsonNode model) {
        this.model = model;
    }

    static final AwsModel NONE = new AwsModel(Json.mapper().createObjectNode());

    static Path file(String name) {
        return Path.of(System.getProperty("tunedrop.shared", "../../shared"), "data", "specs", name);
    }

    static AwsModel published(String name) {
        return Files.isRegularFile(file(name)) ? new AwsModel(Json.read(file(name), JsonNode.class)) : NONE;
    }

    /// What is wrong with a request.
    List<String> check(String operation, Asked asked) {
        List<String> faults = new ArrayList<>();
        if (model.isEmpty()) return faults;
        JsonNode shape = model.path("operations").path(operation);
        if (shape.isMissingNode()) return List.of("there is no operation " + operation);
        ObjectNode input = asked.body().length == 0
                ? Json.mapper().createObjectNode()
                : (ObjectNode) Json.tree(asked.body(), operation);
        String uri = shape.path("http").path("requestUri").asText("/");
        if (!shape.path("http").path("method").asText("POST").equals(asked.method()))
            faults.add(operation + " is no " + asked.method());
        fromPath(uri, asked.path(), input, faults);
        structure(shape.path("input").path("shape").asText(), operation, input, faults);
        return faults;
    }

    private static void fromPath(String template, String path, ObjectNode input, List<String> faults) {
        String[] names = template.split("/", -1);
        String[] values = path.split("/", -1);
        if (names.length != values.length) {
            faults.add(path + " is not " + template);
            return;
        }
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("{"))
                input.put(
                        names[i].substring(1, names[i].length() - 1),
                        URLDecoder.decode(values[i], StandardCharsets.UTF_8));
            else if (!names[i].equals(values[i])) faults.add(path + " is not " + template);
        }
    }

    private void structure(String shapeName, String path, JsonNode value, List<String> faults) {
        JsonNode shape = model.path("shapes").path(shapeName);
        Set<String> required = new TreeSet<>();
        shape.path("required").forEach(name -> required.add(name.asText()));
        value.properties().forEach(member -> {
            required.remove(member.getKey());
            JsonNode known = shape.path("members").path(member.getKey());
            String at = path + "." + member.getKey();
            if (known.isMissingNode()) faults.add(at + " is unknown");
            else check(known.path("shape").asText(), at, member.getValue(), faults);
        });
        required.forEach(name -> faults.add(path + "." + name + " is missing"));
    }

    private void check(String shapeName, String path, JsonNode value, List<String> faults) {
        JsonNode shape = model.path("shapes").path(shapeName);
        switch (shape.path("type").asText()) {
            case "structure" -> {
                if (value.isObject()) structure(shapeName, path, value, faults);
                else faults.add(path + " is no object");
            }
            case "list" -> {
                size(shape, path, value.size(), faults);
                if (!value.isArray()) faults.add(path + " is no list");
                for (JsonNode item : value)
                    check(shape.path("member").path("shape").asText(), path + "[]", item, faults);
            }
            case "map" -> {
                size(shape, path, value.size(), faults);
                value.properties().forEach(entry -> {
                    check(
                            shape.path("key").path("shape").asText(),
                            path + "{}",
                            Json.mapper().getNodeFactory().textNode(entry.getKey()),
                            faults);
                    check(
                            shape.path("value").path("shape").asText(),
                            path + "." + entry.getKey(),
                            entry.getValue(),
                            faults);
                });
            }
            case "string" -> text(shape, path, value, faults);
            case "integer", "long" -> {
                if (!value.isIntegralNumber()) faults.add(path + " is no whole number");
                size(shape, path, value.asLong(), faults);
            }
            case "boolean" -> {
                if (!value.isBoolean()) faults.add(path + " is neither true nor false");
            }
            default -> {
                if (!value.isNumber()) faults.add(path + " is no number");
            }
        }
    }

    private static void text(JsonNode shape, String path, JsonNode value, List<String> faults) {
        if (!value.isTextual()) {
            faults.add(path + " is no text");
            return;
        }
        String text = value.textValue();
        size(shape, path, text.length(), faults);
        String pattern = shape.path("pattern").asText("");
        if (!pattern.isEmpty() && !text.matches(pattern)) faults.add(path + " does not match " + pattern);
        boolean listed = shape.path("enum").isEmpty();
        for (JsonNode allowed : shape.path("enum")) listed |= allowed.asText().equals(text);
        if (!listed) faults.add(path + " is none of " + shape.path("enum"));
    }

    private static void size(JsonNode shape, String path, long size, List<String> faults) {
        if (size < shape.path("min").asLong(Long.MIN_VALUE)
                || size > shape.path("max").asLong(Long.MAX_VALUE))
            faults.add(path + " is not within " + shape.path("min") + ".." + shape.path("max"));
    }
}

package dev.tunedrop.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.lambda.FunctionSpec;

/// The data from which both clouds are built: the state machine's text, functions, queues, rules and tables.
///
/// @param machine with `${Name}` where an ARN or a name goes
public record Workflow(String machine, JsonNode functions, JsonNode queues, JsonNode rules, JsonNode tables) {

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([A-Za-z0-9]+)}");

    /// What the workflow module ships.
    public static Workflow shipped() {
        return new Workflow(
                text("tunedrop.asl.json"),
                tree("functions.json"),
                tree("queues.json"),
                tree("rules.json"),
                tree("tables.json"));
    }

    Map<String, FunctionSpec> functionSpecs() {
        Map<String, FunctionSpec> specs = new LinkedHashMap<>();
        functions
                .properties()
                .forEach(entry -> specs.put(
                        entry.getKey(),
                        new FunctionSpec(
                                entry.getKey(),
                                entry.getValue().path("handler").asText(),
                                Duration.ofSeconds(
                                        entry.getValue().path("timeoutSeconds").asLong()),
                                entry.getValue().path("memoryMiB").asInt())));
        return specs;
    }

    /// Names of the functions that have a URL.
    Set<String> urls() {
        return functions.properties().stream()
                .filter(entry -> entry.getValue().path("url").asBoolean())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// A document with every `${Name}` replaced; a name that is not known is refused.
    static JsonNode resolve(String document, Map<String, String> names) {
        Matcher matcher = SUBSTITUTION.matcher(document);
        String resolved = matcher.replaceAll(match -> {
            String value = names.get(match.group(1));
            if (value == null)
                throw new InvalidDocument("the workflow names ${" + match.group(1) + "}, which is unknown");
            return Matcher.quoteReplacement(value);
        });
        return Json.read(resolved, JsonNode.class, "the workflow");
    }

    private static JsonNode tree(String name) {
        return Json.read(text(name), JsonNode.class, name);
    }

    private static String text(String name) {
        try (InputStream in = Workflow.class.getResourceAsStream("/tunedrop/" + name)) {
            if (in == null) throw new IllegalStateException("the workflow module does not hold tunedrop/" + name);
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}

package dev.tunedrop.local.finetuning.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// One request.
public final class Call {

    /// Far more than a job or a list of parts takes.
    private static final int MOST_JSON_BYTES = 1 << 20;

    private static final String PREFIX = "/v1/";

    private final HttpExchange exchange;
    private final List<String> path;
    private final Map<String, String> query;

    Call(HttpExchange exchange) {
        this.exchange = exchange;
        URI address = exchange.getRequestURI();
        String raw = address.getRawPath();
        this.path = raw.startsWith(PREFIX)
                ? Arrays.stream(raw.substring(PREFIX.length()).split("/", -1))
                        .map(Call::decoded)
                        .toList()
                : List.of();
        this.query = fields(address.getRawQuery());
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    /// What follows `/v1/`, decoded; empty for any other address.
    public List<String> path() {
        return path;
    }

    /// The address as it was asked for, without its query.
    public String address() {
        return exchange.getRequestURI().getPath();
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /// The fields of a query such as `metadata[team]=support`, by what stands in the brackets.
    public Map<String, String> queries(String name) {
        Map<String, String> found = new LinkedHashMap<>();
        query.forEach((field, value) -> {
            if (field.startsWith(name + "[") && field.endsWith("]"))
                found.put(field.substring(name.length() + 1, field.length() - 1), value);
        });
        return found;
    }

    public @Nullable String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /// The body, once.
    public InputStream stream() {
        return exchange.getRequestBody();
    }

    public byte[] bytes(int most) {
        try {
            byte[] body = exchange.getRequestBody().readNBytes(most + 1);
            if (body.length > most) throw Refusal.tooLarge(null, "The body has more than %d bytes.".formatted(most));
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException("the request's body could not be read", e);
        }
    }

    /// A body that is a JSON object; an empty one counts as `{}`.
    public ObjectNode json() {
        return object(bytes(MOST_JSON_BYTES));
    }

    public static ObjectNode object(byte[] body) {
        if (body.length == 0) return Json.mapper().createObjectNode();
        try {
            JsonNode tree = Json.tree(body, "the body");
            if (tree instanceof ObjectNode object) return object;
            throw Refusal.invalid(null, "invalid_json", "The body must be a JSON object.");
        } catch (InvalidDocument e) {
            throw Refusal.invalid(
                    null, "invalid_json", "We could not parse the JSON of your request: %s.".formatted(e.getMessage()));
        }
    }

    private static Map<String, String> fields(@Nullable String query) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (query == null) return fields;
        List<String> pairs = new ArrayList<>(List.of(query.split("&", -1)));
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals > 0) fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(null, "invalid_url", "The address holds a percent sign that no two digits follow.");
        }
    }
}

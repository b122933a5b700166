package dev.tunedrop.trainer.tracking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tunedrop.events.json.Json;

/// An MLflow server that takes a request only as its REST documentation writes it: method, path, every field by
/// name and type, the limits of `log-batch`. What it does not take is answered 400 and kept in [#violations].
final class FakeMlflow implements AutoCloseable {

    private static final String PATH = "/api/2.0/mlflow/";

    /// A run over there.
    static final class Run {
        final String id;
        final String experiment;
        final String name;
        final Map<String, String> tags = new LinkedHashMap<>();
        final Map<String, String> parameters = new LinkedHashMap<>();
        final List<JsonNode> metrics = new ArrayList<>();
        final List<String> statuses = new ArrayList<>(List.of("RUNNING"));

        Run(String id, String experiment, String name) {
            this.id = id;
            this.experiment = experiment;
            this.name = name;
        }

        List<Long> steps(String key) {
            return metrics.stream()
                    .filter(metric -> metric.path("key").asText().equals(key))
                    .map(metric -> metric.path("step").asLong())
                    .toList();
        }
    }

    final Map<String, String> experiments = new LinkedHashMap<>();
    final Map<String, Run> runs = new LinkedHashMap<>();
    final List<String> violations = new ArrayList<>();
    final List<Headers> asked = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpServer http;
    private int broken;
    private boolean hangs;
    private boolean refuses;

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    FakeMlflow() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/", this::answer);
        http.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /// Answers the next calls with 503.
    synchronized void breakFor(int calls) {
        broken = calls;
    }

    /// Answers nothing until it is closed.
    synchronized void hang() {
        hangs = true;
    }

    /// Answers every call with 403.
    synchronized void refuse() {
        refuses = true;
    }

    synchronized Run onlyRun() {
        if (runs.size() != 1) throw new AssertionError("runs: " + runs.keySet());
        return runs.values().iterator().next();
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean waits;
            synchronized (this) {
                waits = hangs;
            }
            if (waits) released.await();
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = 200;
            ObjectNode reply = Json.mapper().createObjectNode();
            synchronized (this) {
                asked.add(exchange.getRequestHeaders());
                try {
                    if (broken > 0) {
                        broken--;
                        throw new Refusal(503, "TEMPORARILY_UNAVAILABLE", "come back later");
                    }
                    if (refuses) throw new Refusal(403, "PERMISSION_DENIED", "not you");
                    reply(exchange, body, reply);
                } catch (Refusal refusal) {
                    status = refusal.status;
                    reply.removeAll();
                    reply.put("error_code", refusal.code).put("message", refusal.getMessage());
                    if (refusal.code.equals("INVALID_PARAMETER_VALUE"))
                        violations.add(exchange.getRequestURI() + ": " + refusal.getMessage());
                }
            }
            byte[] json = Json.bytes(reply);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, json.length);
            exchange.getResponseBody().write(json);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reply(HttpExchange exchange, byte[] body, ObjectNode reply) {
        String call = exchange.getRequestMethod() + " "
                + exchange.getRequestURI().getPath().replaceFirst("^" + PATH, "");
        JsonNode json = body.length == 0 ? Json.mapper().createObjectNode() : Json.tree(body, call);
        if (body.length > 0
                && !"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type")))
            throw invalid("a body is application/json");
        switch (call) {
            case "GET experiments/get-by-name" ->
                getByName(exchange.getRequestURI().getRawQuery(), reply);
            case "POST experiments/create" -> create(json, reply);
            case "POST runs/search" -> search(json, reply);
            case "POST runs/create" -> createRun(json, reply);
            case "POST runs/update" -> update(json, reply);
            case "POST runs/log-batch" -> logBatch(json);
            default -> throw new Refusal(404, "ENDPOINT_NOT_FOUND", call);
        }
    }

    private void getByName(String query, ObjectNode reply) {
        if (!query.startsWith("experiment_name=")) throw invalid("experiment_name is required");
        String name = URLDecoder.decode(query.substring(16), StandardCharsets.UTF_8);
        String id = experiments.get(name);
        if (id == null)
            throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Could not find experiment with name '" + name + "'");
        reply.putObject("experiment").put("experiment_id", id).put("name", name).put("lifecycle_stage", "active");
    }

    private void create(JsonNode json, ObjectNode reply) {
        fields(json, Set.of("name"), Set.of("artifact_location", "tags"));
        String name = text(json, "name");
        if (experiments.containsKey(name))
            throw new Refusal(400, "RESOURCE_ALREADY_EXISTS", "Experiment '" + name + "' already exists.");
        String id = String.valueOf(experiments.size() + 1);
        experiments.put(name, id);
        reply.put("experiment_id", id);
    }

    private void search(JsonNode json, ObjectNode reply) {
        fields(
                json,
                Set.of("experiment_ids"),
                Set.of("filter", "run_view_type", "max_results", "order_by", "page_token"));
        var filter = java.util.regex.Pattern.compile("tags\\.`([^`]+)` = '((?:[^']|'')*)'")
                .matcher(text(json, "filter"));
        if (!filter.matches()) throw invalid("filter " + json.path("filter"));
        for (Run run : runs.values())
            if (json.path("experiment_ids").path(0).asText().equals(run.experiment)
                    && filter.group(2).equals(run.tags.get(filter.group(1))))
                info(reply.withArrayProperty("runs").addObject(), run);
    }

    private void createRun(JsonNode json, ObjectNode reply) {
        fields(json, Set.of("experiment_id"), Set.of("user_id", "run_name", "start_time", "tags"));
        long start = integer(json, "start_time");
        if (start < 1_500_000_000_000L) throw invalid("start_time is in milliseconds");
        Run run = new Run("run-" + (runs.size() + 1), text(json, "experiment_id"), text(json, "run_name"));
        pairs(json.path("tags"), run.tags);
        runs.put(run.id, run);
        info(reply.putObject("run"), run);
    }

    private void update(JsonNode json, ObjectNode reply) {
        fields(json, Set.of("run_id"), Set.of("status", "end_time", "run_name"));
        String status = text(json, "status");
        if (!Set.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED").contains(status))
            throw invalid("status " + status);
        if (json.has("end_time")) integer(json, "end_time");
        run(json).statuses.add(status);
        reply.putObject("run_info").put("run_id", text(json, "run_id")).put("status", status);
    }

    private void logBatch(JsonNode json) {
        fields(json, Set.of("run_id"), Set.of("metrics", "params", "tags"));
        Run run = run(json);
        int items = json.path("metrics").size()
                + json.path("params").size()
                + json.path("tags").size();
        if (json.path("metrics").size() > 1000 || json.path("params").size() > 100 || items > 1000)
            throw invalid("a batch of " + items);
        Map<String, String> parameters = new LinkedHashMap<>();
        pairs(json.path("params"), parameters);
        parameters.forEach((key, value) -> {
            String before = run.parameters.putIfAbsent(key, value);
            if (before != null && !before.equals(value)) throw invalid("param " + key + " was " + before);
        });
        for (JsonNode metric : json.path("metrics")) {
            fields(metric, Set.of("key", "value", "timestamp", "step"), Set.of());
            if (!metric.path("value").isNumber()) throw invalid("metric value " + metric.path("value"));
            integer(metric, "timestamp");
            integer(metric, "step");
            if (!text(metric, "key").matches("[\\w .:/-]{1,250}")) throw invalid("metric key " + metric.path("key"));
            run.metrics.add(metric);
        }
    }

    private Run run(JsonNode json) {
        Run run = runs.get(text(json, "run_id"));
        if (run == null) throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Run not found");
        return run;
    }

    private static void info(ObjectNode reply, Run run) {
        reply.putObject("info")
                .put("run_id", run.id)
                .put("run_uuid", run.id)
                .put("experiment_id", run.experiment)
                .put("run_name", run.name);
        reply.putObject("data");
    }

    private static void pairs(JsonNode array, Map<String, String> into) {
        for (JsonNode pair : array) {
            fields(pair, Set.of("key", "value"), Set.of());
            if (text(pair, "value").length() > 6000) throw invalid("value of " + pair.path("key"));
            into.put(text(pair, "key"), text(pair, "value"));
        }
    }

    private static void fields(JsonNode json, Set<String> required, Set<String> allowed) {
        Set<String> names = new TreeSet<>();
        json.fieldNames().forEachRemaining(names::add);
        if (!names.containsAll(required)) throw invalid("needs " + required + ", has " + names);
        names.removeAll(required);
        names.removeAll(allowed);
        if (!names.isEmpty()) throw invalid("unknown fields " + names);
    }

    private static String text(JsonNode json, String field) {
        if (!json.path(field).isTextual()) throw invalid(field + " must be a string: " + json.path(field));
        return json.path(field).textValue();
    }

    private static long integer(JsonNode json, String field) {
        if (!json.path(field).isIntegralNumber()) throw invalid(field + " must be an integer: " + json.path(field));
        return json.path(field).longValue();
    }

    private static Refusal invalid(String message) {
        return new Refusal(400, "INVALID_PARAMETER_VALUE", message);
    }

    @Override
    public void close() {
        released.countDown();
        http.stop(0);
    }
}

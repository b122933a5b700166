package dev.tunedrop.trainer.tracking;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// The calls of MLflow's REST interface (version 2.0) that a run needs.
final class MlflowApi implements AutoCloseable {

    private static final String PATH = "/api/2.0/mlflow/";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final TrackingServer server;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    MlflowApi(TrackingServer server) {
        this.server = server;
    }

    /// One figure at one step.
    record Metric(String key, double value, Instant at, long step) {}

    enum Status {
        RUNNING,
        FINISHED,
        FAILED,
        KILLED
    }

    /// The id of the experiment of this name, which is made if there is none.
    String experiment(String name) throws IOException, InterruptedException {
        Optional<String> found = findExperiment(name);
        if (found.isPresent()) return found.get();
        try {
            return text(
                    post("experiments/create", Json.mapper().createObjectNode().put("name", name)), "experiment_id");
        } catch (MlflowException e) {
            if (!e.is("RESOURCE_ALREADY_EXISTS")) throw e;
            return findExperiment(name).orElseThrow(() -> e); // somebody else made it meanwhile
        }
    }

    private Optional<String> findExperiment(String name) throws IOException, InterruptedException {
        try {
            String query = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
            return Optional.of(
                    text(get("experiments/get-by-name?experiment_name=" + query).path("experiment"), "experiment_id"));
        } catch (MlflowException e) {
            if (e.is("RESOURCE_DOES_NOT_EXIST")) return Optional.empty();
            throw e;
        }
    }

    /// The newest run that carries this tag.
    Optional<String> findRun(String experiment, String tag, String value) throws IOException, InterruptedException {
        ObjectNode body = Json.mapper().createObjectNode();
        body.putArray("experiment_ids").add(experiment);
        body.put("filter", "tags.`%s` = '%s'".formatted(tag, value.replace("'", "''")));
        body.put("max_results", 1);
        body.putArray("order_by").add("attributes.start_time DESC");
        JsonNode runs = post("runs/search", body).path("runs");
        return runs.isEmpty() ? Optional.empty() : Optional.of(text(runs.path(0).path("info"), "run_id"));
    }

    String createRun(String experiment, String name, Instant start, Map<String, String> tags)
            throws IOException, InterruptedException {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("experiment_id", experiment).put("run_name", name).put("start_time", start.toEpochMilli());
        pairs(body.putArray("tags"), tags);
        return text(post("runs/create", body).path("run").path("info"), "run_id");
    }

    /// The run goes on.
    void running(String run) throws IOException, InterruptedException {
        post("runs/update", Json.mapper().createObjectNode().put("run_id", run).put("status", Status.RUNNING.name()));
    }

    void end(String run, Status status, Instant at) throws IOException, InterruptedException {
        post(
                "runs/update",
                Json.mapper()
                        .createObjectNode()
                        .put("run_id", run)
                        .put("status", status.name())
                        .put("end_time", at.toEpochMilli()));
    }

    /// At most 1,000 metrics and 100 parameters, by MLflow's limits.
    void log(String run, List<Metric> metrics, Map<String, String> parameters)
            throws IOException, InterruptedException {
        ObjectNode body = Json.mapper().createObjectNode().put("run_id", run);
        ArrayNode items = body.putArray("metrics");
        for (Metric metric : metrics)
            items.addObject()
                    .put("key", metric.key())
                    .put("value", metric.value())
                    .put("timestamp", metric.at().toEpochMilli())
                    .put("step", metric.step());
        pairs(body.putArray("params"), parameters);
        post("runs/log-batch", body);
    }

    private static void pairs(ArrayNode items, Map<String, String> pairs) {
        pairs.forEach((key, value) -> items.addObject().put("key", key).put("value", value));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0]);
    }

    private JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return send("POST", path, Json.bytes(body));
    }

    private JsonNode send(String method, String path, byte[] body) throws IOException, InterruptedException {
        URI uri = URI.create(server.endpoint() + PATH + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (body.length > 0) request.header("Content-Type", "application/json");
        server.signer().headers(method, uri, body).forEach(request::header);
        HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        String origin = method + " " + uri;
        if (answer.statusCode() == 200) return tree(answer.body(), origin);
        throw refusal(answer, origin);
    }

    private static MlflowException refusal(HttpResponse<byte[]> answer, String origin) {
        String code = "";
        String said = "";
        try {
            JsonNode error = tree(answer.body(), origin);
            code = error.path("error_code").asText();
            said = error.path("message").asText();
        } catch (IOException notJson) {
            said = notJson.getMessage();
        }
        return new MlflowException(
                answer.statusCode(),
                code,
                "%s answered %d %s %s"
                        .formatted(origin, answer.statusCode(), code, said)
                        .strip());
    }

    private static JsonNode tree(byte[] json, String origin) throws IOException {
        try {
            return Json.tree(json, origin);
        } catch (InvalidDocument e) {
            throw new IOException(origin + ": the answer is no JSON; is this an MLflow server?", e);
        }
    }

    private static String text(JsonNode object, String field) throws IOException {
        String value = object.path(field).asText();
        if (value.isEmpty()) throw new IOException("the answer has no " + field + "; is this an MLflow server?");
        return value;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

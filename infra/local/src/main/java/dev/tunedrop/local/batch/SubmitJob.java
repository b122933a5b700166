package dev.tunedrop.local.batch;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.AslFailure;
import dev.tunedrop.local.states.Integration;

/// `arn:aws:states:::batch:submitJob`, with `.sync`: a job that fails fails the task as `States.TaskFailed`, its
/// description as the cause. Workflows write members with a capital first letter, Batch with a small one.
public final class SubmitJob implements Integration {

    public static final String ARN = "arn:aws:states:::batch:submitJob";

    private final BatchService batch;

    public SubmitJob(BatchService batch) {
        this.batch = batch;
    }

    @Override
    public CompletableFuture<JsonNode> call(Call call) {
        try {
            JsonNode body = rename(call.arguments(), SubmitJob::small);
            Job job = batch.submit(JobShape.request(body, call.token()));
            return CompletableFuture.completedFuture(rename(JobShape.submitted(job), SubmitJob::capital));
        } catch (BatchException e) {
            throw new AslFailure("Batch.BatchException", e.getMessage() == null ? "" : e.getMessage(), e);
        }
    }

    @Override
    public CompletableFuture<JsonNode> outcome(JsonNode submitted) {
        return batch.end(submitted.path("JobId").asText()).thenApply(job -> {
            JsonNode detail = rename(JobShape.detail(job), SubmitJob::capital);
            if (job.status() == Job.Status.SUCCEEDED) return detail;
            throw new AslFailure(AslFailure.TASK_FAILED, Json.writeLine(detail));
        });
    }

    @Override
    public void stop(JsonNode submitted, String reason) {
        batch.terminate(submitted.path("JobId").asText(), reason);
    }

    /// The call's token makes a second submission the first one.
    @Override
    public boolean idempotent() {
        return true;
    }

    @Override
    public String resourceType() {
        return "batch";
    }

    @Override
    public String resource() {
        return "submitJob";
    }

    private static JsonNode rename(JsonNode node, UnaryOperator<String> name) {
        if (node.isObject()) {
            ObjectNode renamed = Json.mapper().createObjectNode();
            node.properties().forEach(entry -> {
                boolean names = entry.getKey().equalsIgnoreCase("parameters")
                        || entry.getKey().equalsIgnoreCase("tags");
                renamed.set(name.apply(entry.getKey()), names ? entry.getValue() : rename(entry.getValue(), name));
            });
            return renamed;
        }
        if (node.isArray()) {
            ArrayNode renamed = Json.mapper().createArrayNode();
            node.forEach(item -> renamed.add(rename(item, name)));
            return renamed;
        }
        return node;
    }

    private static String small(String name) {
        return name.isEmpty() ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static String capital(String name) {
        return name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}

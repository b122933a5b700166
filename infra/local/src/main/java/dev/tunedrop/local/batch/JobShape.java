package dev.tunedrop.local.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// A job as DescribeJobs and ListJobs show it.
public final class JobShape {

    private JobShape() {}

    public static ObjectNode detail(Job job) {
        ObjectNode shape = summary(job);
        shape.put("jobQueue", job.request().queue());
        ObjectNode parameters = shape.putObject("parameters");
        job.request().parameters().forEach(parameters::put);
        ArrayNode attempts = shape.putArray("attempts");
        for (Job.Attempt attempt : job.attempts()) {
            ObjectNode item = attempts.addObject();
            item.put("startedAt", attempt.started().toEpochMilli());
            item.put("stoppedAt", attempt.stopped().toEpochMilli());
            item.put("statusReason", attempt.reason());
            ObjectNode container = item.putObject("container");
            container.put("logStreamName", job.id());
            if (attempt.exitCode() != null) container.put("exitCode", attempt.exitCode());
        }
        if (job.request().timeoutSeconds() != null)
            shape.putObject("timeout")
                    .put("attemptDurationSeconds", job.request().timeoutSeconds());
        ObjectNode retry = shape.putObject("retryStrategy");
        retry.put("attempts", job.request().attempts());
        ArrayNode rules = retry.putArray("evaluateOnExit");
        for (ExitRule rule : job.request().evaluateOnExit()) {
            ObjectNode item = rules.addObject().put("action", rule.action().name());
            if (rule.onStatusReason() != null) item.put("onStatusReason", rule.onStatusReason());
            if (rule.onReason() != null) item.put("onReason", rule.onReason());
            if (rule.onExitCode() != null) item.put("onExitCode", rule.onExitCode());
        }
        ObjectNode container = shape.path("container").isObject()
                ? (ObjectNode) shape.path("container")
                : shape.putObject("container");
        ArrayNode environment = container.putArray("environment");
        job.request().environment().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry ->
                        environment.addObject().put("name", entry.getKey()).put("value", entry.getValue()));
        container.put("logStreamName", job.id());
        return shape;
    }

    public static ObjectNode summary(Job job) {
        ObjectNode shape = Json.mapper().createObjectNode();
        shape.put("jobArn", job.arn())
                .put("jobId", job.id())
                .put("jobName", job.request().name());
        shape.put("jobDefinition", job.request().definition());
        shape.put("status", job.status().name());
        if (!job.statusReason().isEmpty()) shape.put("statusReason", job.statusReason());
        shape.put("createdAt", job.created().toEpochMilli());
        if (job.started() != null) shape.put("startedAt", job.started().toEpochMilli());
        if (job.stopped() != null) shape.put("stoppedAt", job.stopped().toEpochMilli());
        if (!job.attempts().isEmpty()) {
            Job.Attempt last = job.attempts().getLast();
            ObjectNode container = shape.putObject("container");
            if (last.exitCode() != null) container.put("exitCode", last.exitCode());
            container.put("reason", last.reason());
        }
        return shape;
    }

    public static ObjectNode submitted(Job job) {
        return Json.mapper()
                .createObjectNode()
                .put("jobArn", job.arn())
                .put("jobId", job.id())
                .put("jobName", job.request().name());
    }

    /// Reads the body of SubmitJob.
    public static JobRequest request(JsonNode body, @org.jspecify.annotations.Nullable String token) {
        java.util.Map<String, String> environment = new java.util.HashMap<>();
        for (JsonNode item : body.path("containerOverrides").path("environment"))
            environment.put(item.path("name").asText(), item.path("value").asText());
        java.util.Map<String, String> parameters = new java.util.HashMap<>();
        body.path("parameters")
                .properties()
                .forEach(e -> parameters.put(e.getKey(), e.getValue().asText()));
        java.util.List<ExitRule> rules = new java.util.ArrayList<>();
        for (JsonNode rule : body.path("retryStrategy").path("evaluateOnExit"))
            rules.add(new ExitRule(
                    rule.path("onStatusReason").asText(null),
                    rule.path("onReason").asText(null),
                    rule.path("onExitCode").asText(null),
                    ExitRule.Action.valueOf(rule.path("action").asText().toUpperCase(java.util.Locale.ROOT))));
        JsonNode timeout = body.path("timeout").path("attemptDurationSeconds");
        return new JobRequest(
                body.path("jobName").asText(),
                body.path("jobQueue").asText(),
                body.path("jobDefinition").asText(),
                token,
                environment,
                parameters,
                body.path("retryStrategy").path("attempts").asInt(1),
                rules,
                timeout.isNumber() ? timeout.asInt() : null);
    }
}

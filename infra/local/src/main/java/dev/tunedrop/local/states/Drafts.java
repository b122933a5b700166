package dev.tunedrop.local.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.History.Draft;

/// History events by AWS's names and shapes.
final class Drafts {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Drafts() {}

    static Draft plain(String type) {
        return new Draft(type, "", NODES.objectNode());
    }

    static Draft executionStarted(Execution execution) {
        ObjectNode details = NODES.objectNode().put("input", Json.writeLine(execution.input()));
        details.putObject("inputDetails").put("truncated", false);
        details.put("roleArn", execution.machine().roleArn());
        return new Draft("ExecutionStarted", "executionStartedEventDetails", details);
    }

    static Draft executionEnded(Execution.End end) {
        ObjectNode details = NODES.objectNode();
        if (end.output() != null) {
            details.put("output", Json.writeLine(end.output()));
            details.putObject("outputDetails").put("truncated", false);
        }
        if (end.error() != null) details.put("error", end.error());
        if (end.cause() != null) details.put("cause", end.cause());
        return switch (end.status()) {
            case SUCCEEDED -> new Draft("ExecutionSucceeded", "executionSucceededEventDetails", details);
            case FAILED -> new Draft("ExecutionFailed", "executionFailedEventDetails", details);
            case TIMED_OUT -> new Draft("ExecutionTimedOut", "executionTimedOutEventDetails", details);
            case ABORTED -> new Draft("ExecutionAborted", "executionAbortedEventDetails", details);
            case RUNNING -> throw new IllegalArgumentException("a running execution has not ended");
        };
    }

    static Draft entered(String type, String name, JsonNode input) {
        ObjectNode details = NODES.objectNode().put("name", name).put("input", Json.writeLine(input));
        details.putObject("inputDetails").put("truncated", false);
        return new Draft(type + "StateEntered", "stateEnteredEventDetails", details);
    }

    static Draft exited(String type, String name, JsonNode output, JsonNode assigned) {
        ObjectNode details = NODES.objectNode().put("name", name).put("output", Json.writeLine(output));
        details.putObject("outputDetails").put("truncated", false);
        if (!assigned.isEmpty()) {
            ObjectNode variables = details.putObject("assignedVariables");
            assigned.properties().forEach(e -> variables.put(e.getKey(), Json.writeLine(e.getValue())));
        }
        return new Draft(type + "StateExited", "stateExitedEventDetails", details);
    }

    static Draft taskScheduled(Integration resource, String pattern, JsonNode arguments, double timeoutSeconds) {
        ObjectNode details =
                task(resource, pattern).put("region", "us-east-1").put("parameters", Json.writeLine(arguments));
        if (timeoutSeconds > 0) details.put("timeoutInSeconds", (long) timeoutSeconds);
        return new Draft("TaskScheduled", "taskScheduledEventDetails", details);
    }

    static Draft taskStarted(Integration resource, String pattern) {
        return new Draft("TaskStarted", "taskStartedEventDetails", task(resource, pattern));
    }

    static Draft taskSubmitted(Integration resource, String pattern, JsonNode output) {
        return new Draft(
                "TaskSubmitted",
                "taskSubmittedEventDetails",
                task(resource, pattern).put("output", Json.writeLine(output)));
    }

    static Draft taskSucceeded(Integration resource, String pattern, JsonNode output) {
        return new Draft(
                "TaskSucceeded",
                "taskSucceededEventDetails",
                task(resource, pattern).put("output", Json.writeLine(output)));
    }

    static Draft taskFailed(Integration resource, String pattern, AslFailure failure) {
        ObjectNode details =
                task(resource, pattern).put("error", failure.error()).put("cause", failure.cause());
        return failure.isNamed(AslFailure.TIMEOUT)
                ? new Draft("TaskTimedOut", "taskTimedOutEventDetails", details)
                : new Draft("TaskFailed", "taskFailedEventDetails", details);
    }

    static Draft evaluationFailed(String state, AslFailure failure) {
        return new Draft(
                "EvaluationFailed",
                "evaluationFailedEventDetails",
                NODES.objectNode()
                        .put("error", failure.error())
                        .put("cause", failure.cause())
                        .put("state", state));
    }

    static Draft mapStarted(int length) {
        return new Draft(
                "MapStateStarted",
                "mapStateStartedEventDetails",
                NODES.objectNode().put("length", length));
    }

    /// @param what Started, Succeeded, Failed or Aborted
    static Draft mapIteration(String what, String name, int index) {
        return new Draft(
                "MapIteration" + what,
                "mapIteration" + what + "EventDetails",
                NODES.objectNode().put("name", name).put("index", index));
    }

    private static ObjectNode task(Integration resource, String pattern) {
        return NODES.objectNode()
                .put("resourceType", resource.resourceType())
                .put("resource", resource.resource() + pattern);
    }
}

package dev.tunedrop.local.facade;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.states.Execution;
import dev.tunedrop.local.states.StateMachine;
import dev.tunedrop.local.states.StatesException;
import dev.tunedrop.local.states.StatesService;

/// Step Functions' operations.
final class StatesApi implements ServiceApi {

    static final String TARGET = "AWSStepFunctions";

    private static final int PAGE = 1000;
    private static final int LIST_PAGE = 100;

    private final StatesService states;

    StatesApi(StatesService states) {
        this.states = states;
    }

    @Override
    public JsonNode answer(String operation, JsonNode request) {
        try {
            return switch (operation) {
                case "StartExecution" -> start(request);
                case "DescribeExecution" -> describe(states.execution(text(request, "executionArn")));
                case "GetExecutionHistory" -> history(request);
                case "ListExecutions" -> list(request);
                case "StopExecution" -> stop(request);
                case "SendTaskSuccess" -> {
                    states.taskSucceeded(text(request, "taskToken"), text(request, "output"));
                    yield Json.mapper().createObjectNode();
                }
                case "SendTaskFailure" -> {
                    states.taskFailed(text(request, "taskToken"), text(request, "error"), text(request, "cause"));
                    yield Json.mapper().createObjectNode();
                }
                case "SendTaskHeartbeat" -> {
                    states.taskBeat(text(request, "taskToken"));
                    yield Json.mapper().createObjectNode();
                }
                case "DescribeStateMachine" -> machine(states.machine(text(request, "stateMachineArn")));
                case "DescribeStateMachineForExecution" ->
                    machine(states.execution(text(request, "executionArn")).machine());
                case "ListStateMachines" ->
                    Paging.page(
                            states.machines(),
                            request,
                            "maxResults",
                            "nextToken",
                            "stateMachines",
                            LIST_PAGE,
                            StatesApi::summary);
                default -> throw new IllegalStateException("rules let through " + operation);
            };
        } catch (StatesException e) {
            throw new ApiError(e.code(), e.getMessage() == null ? "" : e.getMessage());
        }
    }

    private JsonNode start(JsonNode request) {
        String name = request.path("name").asText(UUID.randomUUID().toString());
        String input = request.path("input").asText("{}");
        Execution execution = states.start(text(request, "stateMachineArn"), name, input);
        return Json.mapper()
                .createObjectNode()
                .put("executionArn", execution.arn())
                .put("startDate", seconds(execution.started()));
    }

    private static JsonNode describe(Execution execution) {
        ObjectNode answer = summary(execution);
        answer.put("input", Json.writeLine(execution.input()));
        answer.putObject("inputDetails").put("included", true);
        JsonNode end = execution.end();
        if (end == null) return answer;
        if (end.has("output")) {
            answer.put("output", Json.writeLine(end.path("output")));
            answer.putObject("outputDetails").put("included", true);
        }
        if (end.has("error")) answer.set("error", end.path("error"));
        if (end.has("cause")) answer.set("cause", end.path("cause"));
        return answer;
    }

    private static ObjectNode summary(Execution execution) {
        ObjectNode answer = Json.mapper().createObjectNode();
        answer.put("executionArn", execution.arn());
        answer.put("stateMachineArn", execution.machine().arn());
        answer.put("name", execution.name());
        answer.put("status", execution.status().name());
        answer.put("startDate", seconds(execution.started()));
        JsonNode end = execution.end();
        if (end != null)
            answer.put("stopDate", seconds(Instant.parse(end.path("at").asText())));
        return answer;
    }

    private JsonNode history(JsonNode request) {
        List<ObjectNode> events = states.history(text(request, "executionArn"));
        if (request.path("reverseOrder").asBoolean()) events = events.reversed();
        return Paging.page(events, request, "maxResults", "nextToken", "events", PAGE, event -> event);
    }

    private JsonNode list(JsonNode request) {
        String filter = request.path("statusFilter").asText("");
        List<Execution> executions = states.executions(text(request, "stateMachineArn")).stream()
                .filter(execution ->
                        filter.isEmpty() || execution.status().name().equals(filter))
                .toList();
        return Paging.page(executions, request, "maxResults", "nextToken", "executions", LIST_PAGE, StatesApi::summary);
    }

    private JsonNode stop(JsonNode request) {
        states.stop(
                text(request, "executionArn"),
                request.path("error").asText(null),
                request.path("cause").asText(null));
        return Json.mapper().createObjectNode().put("stopDate", seconds(Instant.now()));
    }

    private static ObjectNode summary(StateMachine machine) {
        return Json.mapper()
                .createObjectNode()
                .put("stateMachineArn", machine.arn())
                .put("name", machine.name())
                .put("type", "STANDARD")
                .put("creationDate", seconds(machine.created()));
    }

    private static JsonNode machine(StateMachine machine) {
        return summary(machine)
                .put("status", "ACTIVE")
                .put("definition", Json.writeLine(machine.definition()))
                .put("roleArn", machine.roleArn());
    }

    private static String text(JsonNode request, String name) {
        return request.path(name).asText();
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1000.0;
    }
}

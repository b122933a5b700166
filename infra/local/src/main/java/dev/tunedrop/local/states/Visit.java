package dev.tunedrop.local.states;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// One visit of one state: what it was given and what its expressions see.
///
/// @param path the visit's name in the journal
/// @param mapItem `$states.context.Map` inside a Map, else an empty object
record Visit(
        Run run,
        String name,
        JsonNode state,
        String path,
        JsonNode input,
        Scope scope,
        History.Cursor cursor,
        Instant entered,
        ObjectNode mapItem) {

    static final int PAYLOAD_BYTES = 262_144;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    String type() {
        return state.path("Type").asText();
    }

    /// Expressions before there is a result.
    Expressions expressions(int retries, @Nullable String token) {
        return new Expressions(scope.visible(), reserved(retries, token));
    }

    /// Expressions that see `$states.result`.
    Expressions expressions(int retries, JsonNode result) {
        ObjectNode states = reserved(retries, null);
        states.set("result", result);
        return new Expressions(scope.visible(), states);
    }

    /// Expressions that see `$states.errorOutput`.
    Expressions expressions(int retries, AslFailure failure) {
        ObjectNode states = reserved(retries, null);
        states.set("errorOutput", failure.output());
        return new Expressions(scope.visible(), states);
    }

    /// What `$states.context.Map` was, for a state inside another map.
    Visit withMapItem(ObjectNode item) {
        return new Visit(run, name, state, path, input, scope, cursor, entered, item);
    }

    private ObjectNode reserved(int retries, @Nullable String token) {
        ObjectNode states = NODES.objectNode();
        states.set("input", input);
        ObjectNode context = states.putObject("context");
        Execution execution = run.execution();
        context.putObject("Execution")
                .put("Id", execution.arn())
                .put("Name", execution.name())
                .put("RoleArn", execution.machine().roleArn())
                .put("StartTime", execution.started().toString())
                .put("RedriveCount", 0)
                .set("Input", execution.input());
        context.putObject("StateMachine")
                .put("Id", execution.machine().arn())
                .put("Name", execution.machine().name());
        context.putObject("State")
                .put("EnteredTime", entered.toString())
                .put("Name", name)
                .put("RetryCount", retries);
        if (token != null) context.putObject("Task").put("Token", token);
        if (!mapItem.isEmpty()) context.set("Map", mapItem);
        return states;
    }

    /// Refuses what AWS would not carry from state to state.
    JsonNode withinLimit(JsonNode payload, String what) {
        int bytes = Json.writeLine(payload).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PAYLOAD_BYTES)
            throw new AslFailure(
                    AslFailure.DATA_LIMIT,
                    "The state/task '%s' returned %s with a size of %d bytes, exceeding the maximum of %d bytes."
                            .formatted(name, what, bytes, PAYLOAD_BYTES));
        return payload;
    }
}

package dev.tunedrop.local.states;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;

/// Refuses a workflow that this interpreter would not run as AWS does: an unknown field is never ignored.
final class Definition {

    private static final Set<String> MACHINE =
            Set.of("Comment", "StartAt", "States", "QueryLanguage", "TimeoutSeconds", "Version", "ProcessorConfig");
    private static final Set<String> EVERY_STATE = Set.of("Type", "Comment", "QueryLanguage");
    private static final Map<String, Set<String>> OF_TYPE = Map.of(
            "Task",
                    Set.of(
                            "Resource",
                            "Arguments",
                            "Output",
                            "Assign",
                            "Retry",
                            "Catch",
                            "TimeoutSeconds",
                            "HeartbeatSeconds",
                            "Next",
                            "End"),
            "Pass", Set.of("Output", "Assign", "Next", "End"),
            "Choice", Set.of("Choices", "Default", "Output", "Assign"),
            "Wait", Set.of("Seconds", "Timestamp", "Output", "Assign", "Next", "End"),
            "Succeed", Set.of("Output"),
            "Fail", Set.of("Error", "Cause"),
            "Parallel", Set.of("Branches", "Arguments", "Output", "Assign", "Retry", "Catch", "Next", "End"),
            "Map",
                    Set.of(
                            "Items",
                            "ItemSelector",
                            "ItemProcessor",
                            "MaxConcurrency",
                            "Label",
                            "Output",
                            "Assign",
                            "Retry",
                            "Catch",
                            "Next",
                            "End"));

    private Definition() {}

    static void check(JsonNode machine, String name) {
        refuseUnknown(machine, MACHINE, name);
        if (!machine.path("QueryLanguage").asText().equals("JSONata"))
            throw new InvalidDocument(name + ": QueryLanguage must be JSONata; this interpreter runs no other dialect");
        checkStates(machine, name);
    }

    private static void checkStates(JsonNode machine, String name) {
        JsonNode states = machine.path("States");
        if (states.isEmpty()) throw new InvalidDocument(name + ": States is empty; name at least one state");
        requireState(states, machine.path("StartAt").asText(), name + ".StartAt");
        states.properties().forEach(entry -> checkState(entry.getValue(), states, name + "." + entry.getKey()));
    }

    private static void checkState(JsonNode state, JsonNode siblings, String where) {
        String type = state.path("Type").asText();
        Set<String> own = OF_TYPE.get(type);
        if (own == null)
            throw new InvalidDocument(
                    "%s: Type \"%s\" is none of %s".formatted(where, type, new TreeSet<>(OF_TYPE.keySet())));
        Set<String> known = new TreeSet<>(EVERY_STATE);
        known.addAll(own);
        refuseUnknown(state, known, where);
        if (own.contains("Next")) {
            if (state.has("Next") == state.path("End").asBoolean())
                throw new InvalidDocument(where + ": must have Next or \"End\": true, and not both");
            if (state.has("Next")) requireState(siblings, state.path("Next").asText(), where + ".Next");
        }
        if (state.has("Default")) requireState(siblings, state.path("Default").asText(), where + ".Default");
        for (JsonNode rule : state.path("Choices"))
            requireState(siblings, rule.path("Next").asText(), where);
        for (JsonNode rule : state.path("Catch"))
            requireState(siblings, rule.path("Next").asText(), where + ".Catch");
        for (JsonNode branch : state.path("Branches")) checkInner(branch, where + ".Branches");
        if (type.equals("Map")) checkInner(state.path("ItemProcessor"), where + ".ItemProcessor");
        if (type.equals("Task") && state.path("Resource").asText().isBlank())
            throw new InvalidDocument(where + ": Resource is missing");
    }

    private static void checkInner(JsonNode machine, String where) {
        refuseUnknown(machine, MACHINE, where);
        checkStates(machine, where);
    }

    private static void requireState(JsonNode states, String name, String where) {
        if (!states.has(name)) throw new InvalidDocument("%s: no state is named \"%s\"".formatted(where, name));
    }

    private static void refuseUnknown(JsonNode object, Set<String> known, String where) {
        object.properties().forEach(entry -> {
            if (!known.contains(entry.getKey()))
                throw new InvalidDocument(
                        "%s: field \"%s\" is not one that this interpreter runs".formatted(where, entry.getKey()));
        });
    }
}

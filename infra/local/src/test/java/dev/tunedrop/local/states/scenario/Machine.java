package dev.tunedrop.local.states.scenario;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.Workflow;

/// The shipped state machine, in which every call names the state that makes it, and what there is of it to visit.
final class Machine {

    private final ObjectNode definition;

    private Machine(ObjectNode definition) {
        this.definition = definition;
    }

    static Machine shipped() {
        ObjectNode definition = Json.read(Workflow.shipped().machine(), ObjectNode.class, "the shipped workflow");
        Machine machine = new Machine(definition);
        machine.states().forEach((name, state) -> {
            if (state.has("Arguments")) ((ObjectNode) state.path("Arguments")).put("FunctionName", name);
        });
        return machine;
    }

    ObjectNode definition() {
        return definition;
    }

    /// Every state by name, those inside a Map too.
    Map<String, JsonNode> states() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        collect(definition, all);
        return all;
    }

    JsonNode state(String name) {
        return Objects.requireNonNull(states().get(name), name);
    }

    private static void collect(JsonNode machine, Map<String, JsonNode> all) {
        machine.path("States").properties().forEach(entry -> {
            all.put(entry.getKey(), entry.getValue());
            collect(entry.getValue().path("ItemProcessor"), all);
        });
    }

    Map<String, JsonNode> tasks() {
        Map<String, JsonNode> tasks = new LinkedHashMap<>(states());
        tasks.values().removeIf(state -> !state.path("Type").asText().equals("Task"));
        return tasks;
    }

    /// Everything that a run can visit: states, branches of choices, retriers, catchers.
    Set<String> places() {
        Set<String> places = new TreeSet<>();
        states().forEach((name, state) -> {
            places.add("state " + name);
            for (JsonNode rule : state.path("Choices"))
                places.add(branch(name, rule.path("Next").asText()));
            if (state.has("Default"))
                places.add(branch(name, state.path("Default").asText()));
            for (int i = 0; i < state.path("Retry").size(); i++) places.add(retrier(name, i));
            for (int i = 0; i < state.path("Catch").size(); i++) places.add(catcher(name, i));
        });
        return places;
    }

    static String branch(String choice, String next) {
        return "choice " + choice + " to " + next;
    }

    static String retrier(String state, int index) {
        return "retrier " + index + " of " + state;
    }

    static String catcher(String state, int index) {
        return "catcher " + index + " of " + state;
    }
}

package dev.tunedrop.local.states.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// What an execution did, by its history alone.
///
/// @param status as DescribeExecution spells it
/// @param error what it failed with; empty when it did not
/// @param given the arguments of every call, in order; `FunctionName` is the state's name
record Played(String status, String error, List<ObjectNode> events, List<JsonNode> given) {

    /// The arguments of a state's calls.
    List<JsonNode> given(String state) {
        return given.stream()
                .filter(arguments -> arguments.path("FunctionName").asText().equals(state))
                .toList();
    }

    /// The states in the order in which they were entered.
    List<String> path() {
        return events.stream()
                .filter(event -> event.path("type").asText().endsWith("StateEntered"))
                .map(Played::state)
                .toList();
    }

    private static String state(JsonNode event) {
        return event.path("stateEnteredEventDetails").path("name").asText();
    }

    /// How often tasks were scheduled while the execution was in a state.
    int calls(String state) {
        int calls = 0;
        String here = "";
        for (ObjectNode event : events) {
            String type = event.path("type").asText();
            if (type.endsWith("StateEntered")) here = state(event);
            if (type.equals("TaskScheduled") && here.equals(state)) calls++;
        }
        return calls;
    }

    /// The places of the machine that this execution visited.
    Set<String> places(Machine machine) {
        Set<String> places = new TreeSet<>();
        path().forEach(state -> places.add("state " + state));
        List<String> path = path();
        for (int i = 1; i < path.size(); i++)
            if (machine.state(path.get(i - 1)).has("Choices")) places.add(Machine.branch(path.get(i - 1), path.get(i)));
        failures(machine, places);
        return places;
    }

    /// A failed attempt is followed by another one (a retrier), or by leaving the state (a catcher).
    private void failures(Machine machine, Set<String> places) {
        List<String> open = new ArrayList<>(List.of(""));
        String failure = "";
        for (int i = 0; i < events.size(); i++) {
            ObjectNode event = events.get(i);
            String type = event.path("type").asText();
            if (type.endsWith("StateEntered")) open.addLast(state(event));
            else if (type.equals("TaskFailed"))
                failure = event.path("taskFailedEventDetails").path("error").asText();
            else if (type.equals("TaskTimedOut")) failure = "States.Timeout";
            else if (type.equals("TaskScheduled") && !failure.isEmpty()) {
                places.add(Machine.retrier(open.getLast(), index(machine, open.getLast(), "Retry", failure)));
                failure = "";
            } else if (type.endsWith("StateExited")) {
                String left = event.path("stateExitedEventDetails").path("name").asText();
                if (!failure.isEmpty()) places.add(Machine.catcher(left, index(machine, left, "Catch", failure)));
                failure = "";
            }
        }
    }

    private static int index(Machine machine, String state, String field, String error) {
        JsonNode rules = machine.state(state).path(field);
        for (int i = 0; i < rules.size(); i++)
            for (JsonNode name : rules.path(i).path("ErrorEquals"))
                if (name.asText().equals(error) || name.asText().equals("States.ALL")) return i;
        throw new AssertionError("%s has no %s for %s".formatted(state, field, error));
    }
}

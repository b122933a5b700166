package dev.tunedrop.local.states.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One row of the table.
///
/// @param answers by state: what its calls come to, in their order; the last one again and again
/// @param path the states that must be entered, in order
/// @param error what the execution must fail with; empty: it must succeed
/// @param calls by state: how often its task must be tried, where that matters
record Scenario(
        String name, Map<String, List<Answer>> answers, List<String> path, String error, Map<String, Integer> calls) {

    Scenario {
        answers = Map.copyOf(answers);
        path = List.copyOf(path);
        calls = Map.copyOf(calls);
    }

    /// This scenario with a state whose first calls come to something else.
    Scenario where(String state, String what, List<Answer> first) {
        Map<String, List<Answer>> changed = new HashMap<>(answers);
        changed.put(state, first);
        return new Scenario(state + " " + what + ", where " + name, changed, path, error, calls);
    }

    /// Ends elsewhere: after the first visit of a state come these.
    Scenario goingOn(String state, List<String> tail, String failure, int tries) {
        List<String> shorter = new ArrayList<>(path.subList(0, path.indexOf(state) + 1));
        shorter.addAll(tail);
        return new Scenario(name, answers, shorter, failure, Map.of(state, tries));
    }

    Scenario trying(String state, int times) {
        return new Scenario(name, answers, path, error, Map.of(state, times));
    }

    boolean succeeds() {
        return error.isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}

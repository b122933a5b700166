package dev.tunedrop.functions.cloud.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.tunedrop.functions.cloud.Executions;

/// Remembers what was started and answered. Every token is one that waits, once.
public final class MemoryExecutions implements Executions {

    private final Map<String, String> inputs = new ConcurrentHashMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    @Override
    public boolean start(String name, String input) {
        return inputs.putIfAbsent(name, input) == null;
    }

    @Override
    public boolean approve(String taskToken) {
        return answers.putIfAbsent(taskToken, "approved") == null;
    }

    @Override
    public boolean refuse(String taskToken, String reason) {
        return answers.putIfAbsent(taskToken, "refused: " + reason) == null;
    }

    /// Task token → the one answer it got.
    public Map<String, String> answers() {
        return Map.copyOf(answers);
    }

    /// Name → input.
    public Map<String, String> started() {
        return Map.copyOf(inputs);
    }
}

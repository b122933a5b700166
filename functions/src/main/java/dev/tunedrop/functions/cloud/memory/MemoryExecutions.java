package dev.tunedrop.functions.cloud.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.tunedrop.functions.cloud.Executions;

/// Remembers what was started and answered. Every token waits for one answer.
public final class MemoryExecutions implements Executions {

    private final Map<String, String> inputs = new ConcurrentHashMap<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    @Override
    public boolean start(String name, String input) {
        return inputs.putIfAbsent(name, input) == null;
    }

    @Override
    public boolean answer(String taskToken, String output) {
        return answers.putIfAbsent(taskToken, output) == null;
    }

    @Override
    public boolean refuse(String taskToken, String reason) {
        return answers.putIfAbsent(taskToken, "refused: " + reason) == null;
    }

    /// Token → output, or the refusal.
    public Map<String, String> answers() {
        return Map.copyOf(answers);
    }

    /// Name → input.
    public Map<String, String> started() {
        return Map.copyOf(inputs);
    }
}

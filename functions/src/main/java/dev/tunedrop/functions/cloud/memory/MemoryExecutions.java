package dev.tunedrop.functions.cloud.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.tunedrop.functions.cloud.Executions;

/// Remembers what was started.
public final class MemoryExecutions implements Executions {

    private final Map<String, String> inputs = new ConcurrentHashMap<>();

    @Override
    public boolean start(String name, String input) {
        return inputs.putIfAbsent(name, input) == null;
    }

    /// Name → input.
    public Map<String, String> started() {
        return Map.copyOf(inputs);
    }
}

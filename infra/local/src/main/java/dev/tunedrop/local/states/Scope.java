package dev.tunedrop.local.states;

import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Workflow variables. A branch sees those of the states around it and assigns its own.
final class Scope {

    private final @Nullable Scope outer;
    private final Map<String, JsonNode> own = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    Map<String, JsonNode> visible() {
        Map<String, JsonNode> all = outer == null ? new HashMap<>() : outer.visible();
        all.putAll(own);
        return all;
    }

    void assign(JsonNode values) {
        values.properties().forEach(entry -> own.put(entry.getKey(), entry.getValue()));
    }
}

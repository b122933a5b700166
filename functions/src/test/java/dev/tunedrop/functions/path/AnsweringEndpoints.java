package dev.tunedrop.functions.path;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.tunedrop.functions.cloud.Endpoints;

/// An endpoint that is ready after a number of looks and answers with the component's name.
public final class AnsweringEndpoints implements Endpoints {

    private final Map<String, Integer> looks = new HashMap<>();
    private final List<String> removed = new ArrayList<>();
    private final int readyAfter;

    public AnsweringEndpoints(int readyAfter) {
        this.readyAfter = readyAfter;
    }

    @Override
    public Progress ensureEndpoint(String endpoint, String base, String baseUri) {
        return look(endpoint);
    }

    @Override
    public Progress ensureAdapter(String endpoint, String base, String component, String adapterUri) {
        return look(component);
    }

    private Progress look(String name) {
        return looks.merge(name, 1, Integer::sum) > readyAfter
                ? new Progress.InService()
                : new Progress.Waiting(name + " is Creating");
    }

    @Override
    public String ask(String endpoint, String component, List<Map<String, String>> messages, int maxTokens) {
        return "answer of " + component;
    }

    @Override
    public String baseComponent(String endpoint) {
        return endpoint + "-base";
    }

    @Override
    public void remove(String component) {
        removed.add(component);
    }

    List<String> removed() {
        return removed;
    }
}

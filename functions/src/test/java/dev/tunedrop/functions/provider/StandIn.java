package dev.tunedrop.functions.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A service that is set up and must not be asked anything.
public record StandIn(String id) implements Provider {

    public static Providers named(String... ids) {
        return new Providers(Arrays.stream(ids)
                .map(id -> new ServiceSetUp.Ready(new StandIn(id)))
                .toList());
    }

    @Override
    public List<String> targets(String model) {
        throw new AssertionError(id + " was asked for targets");
    }

    @Override
    public Submission submit(TrainingOrder order) {
        throw new AssertionError(id + " was given an order");
    }

    @Override
    public Optional<String> jobOf(String orderKey) {
        throw new AssertionError(id + " was asked for a job");
    }

    @Override
    public JobProgress progress(String jobId) {
        throw new AssertionError(id + " was asked for progress");
    }

    @Override
    public void cancel(String jobId) {
        throw new AssertionError(id + " was asked to stop");
    }

    @Override
    public String ask(String asked, List<Map<String, String>> messages, int maxTokens) {
        if (asked.equals("refused")) return Provider.super.ask(asked, messages, maxTokens);
        return asked + " says: " + messages.getLast().get("content");
    }

    @Override
    public Optional<ManagedModel> result(String jobId) {
        throw new AssertionError(id + " was asked for a result");
    }
}

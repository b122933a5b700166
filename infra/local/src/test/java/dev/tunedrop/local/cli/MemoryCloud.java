package dev.tunedrop.local.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.TunedropEvent;
import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Endpoints;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.intake.Retraining;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.functions.provider.ServiceSetUp;
import dev.tunedrop.local.console.CloudRunViews;
import dev.tunedrop.local.console.FigureLog;

/// A cloud in memory, whose endpoint answers with the component it was asked for, and whose bus hands requests to train
/// again to the function that takes them.
final class MemoryCloud {

    final MemoryLedger ledger = new MemoryLedger();
    final MemoryObjects drops = new MemoryObjects("drops");
    final MemoryObjects artefacts = new MemoryObjects("artefacts");
    final MemoryExecutions executions = new MemoryExecutions();

    final List<ServiceSetUp> services = new ArrayList<>();

    private @Nullable Retraining retraining;

    private void publish(TunedropEvent event) {
        if (event instanceof RetrainRequested asked)
            Objects.requireNonNull(retraining).take(asked);
    }

    RunningCloud running() {
        Cloud cloud = new Cloud(
                drops,
                artefacts,
                new MemoryObjects("bases"),
                ledger,
                new MemoryBudget(),
                executions,
                this::publish,
                new Answering(),
                new MemoryMetrics());
        retraining = new Retraining(cloud, Clock.systemUTC());
        return new RunningCloud(
                cloud,
                () -> new Providers(services),
                new CloudRunViews(ledger, artefacts, id -> List.of(), new FigureLog(Path.of("no-figures.jsonl"))),
                null,
                () -> {});
    }

    private static final class Answering implements Endpoints {
        @Override
        public Progress ensureEndpoint(String endpoint, String base, String baseUri) {
            return new Progress.InService();
        }

        @Override
        public Progress ensureAdapter(String endpoint, String base, String component, String adapterUri) {
            return new Progress.InService();
        }

        @Override
        public String ask(String endpoint, String component, List<Map<String, String>> messages, int maxTokens) {
            return component + " says: " + messages.getLast().get("content");
        }

        @Override
        public String baseComponent(String endpoint) {
            return endpoint + "-base";
        }

        @Override
        public void remove(String component) {}
    }
}

package dev.tunedrop.functions.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;

import dev.tunedrop.events.TunedropEvent.RetrainRequested;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.PromptTally;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.path.AnsweringEndpoints;

/// A cloud in memory with a dataset, `support`, that has been trained.
final class TrainedCloud {

    static final Instant NOON = Instant.parse("2026-08-01T12:00:00Z");

    final MemoryLedger ledger = new MemoryLedger();
    final MemoryBus bus = new MemoryBus();
    final MemoryObjects drops = new MemoryObjects("drops");
    final MemoryObjects artefacts = new MemoryObjects("artefacts");
    final MemoryMetrics metrics = new MemoryMetrics();
    final Cloud cloud = new Cloud(
            drops,
            artefacts,
            new MemoryObjects("bases"),
            ledger,
            new MemoryBudget(),
            new MemoryExecutions(),
            bus,
            new AnsweringEndpoints(1),
            metrics);
    final RunRecord run;

    /// @param state how the one run of its one file ended
    TrainedCloud(String settings, RunState state) {
        tune(settings);
        run = RunRecord.begun(new DropRef("drops", "support/a.jsonl", "v1", 7), "01", NOON);
        ledger.begin(run);
        ledger.datasets().begun(run);
        ledger.datasets().accepted(run);
        if (state.terminal()) ledger.end(run.runId(), state, null, NOON);
    }

    void tune(String settings) {
        drops.put("support/tune.json", settings.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    /// The adapter of a run answers.
    void live(RunRecord live, String component) {
        String before = ledger.alias("support").map(Alias::runId).orElse(null);
        ledger.moveAlias(
                "support",
                before,
                new Alias("support", live.runId(), component, "tiny", "s3://a", "sum", before, null, NOON));
        artefacts.putJson(new RunFiles(live.runId()).prompts(), prompts(400, 1, 1));
    }

    /// Prompts as the endpoint counted them.
    void asked(String component, Instant at, PromptProfile profile) {
        String key =
                DateTimeFormatter.ofPattern("yyyy-MM-dd/HHmmss").format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
        artefacts.putJson(PromptProfile.KEYS + component + "/" + key + "-1.json", profile);
    }

    static PromptProfile prompts(int count, int longer, long seed) {
        Random random = new Random(seed);
        PromptTally tally = new PromptTally();
        for (int i = 0; i < count; i++) {
            int length = longer * (8 + random.nextInt(40));
            int[] ids = random.ints(length, 0, 3000).toArray();
            tally.add(ids, ids.length);
        }
        return tally.profile();
    }

    static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    List<RetrainRequested> requests() {
        return bus.events().stream()
                .filter(RetrainRequested.class::isInstance)
                .map(RetrainRequested.class::cast)
                .toList();
    }
}

package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryMetrics;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.path.AnsweringEndpoints;

/// Runs that were decided, a budget of ten dollars a day and for the dataset, and the two steps that move money.
final class DecidedRuns {

    static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final LocalDate DAY = LocalDate.parse("2026-08-01");
    static final String KIND = "batch/kind";

    final MemoryObjects artefacts = new MemoryObjects("artefacts");
    final MemoryBudget budget = new MemoryBudget();
    final MemoryLedger ledger = new MemoryLedger();
    final Cloud cloud = new Cloud(
            new MemoryObjects("drops"),
            artefacts,
            new MemoryObjects("bases"),
            ledger,
            budget,
            new MemoryExecutions(),
            new MemoryBus(),
            new AnsweringEndpoints(1),
            new MemoryMetrics());

    /// A run that was decided to reserve this much.
    RunFiles decided(String name, String reserveUsd, String maxCostUsd) {
        DropRef drop = new DropRef("drops", "support/" + name + ".jsonl", "v1", 10);
        RunFiles files = new RunFiles(drop.runId());
        ledger.begin(RunRecord.begun(drop, "", NOW));
        artefacts.putJson(files.drop(), drop);
        artefacts.putJson(
                files.settings(),
                SettingsFile.read(
                        ("{\"maxCostUsd\":" + maxCostUsd + "}").getBytes(StandardCharsets.UTF_8), "tune.json"));
        document(
                files.decision(),
                "{\"runId\":\"r\",\"chosen\":\"batch/x\",\"reasons\":[],\"notTaken\":[],\"reserveUsd\":" + reserveUsd
                        + ",\"needsApproval\":false}");
        document(files.quote(), """
                {"runId":"r","at":"2026-08-01T00:00:00Z","priceTableDate":"2026-08-01","priceTableStale":false,"routes":[
                 {"route":"batch/x","provider":"batch","method":"qlora","instance":"x","spot":false,"refusals":[],
                  "trainingUsd":{"low":1,"expected":2,"high":4},"trainingSeconds":{"low":60,"expected":100,"high":200},
                  "terms":{"model":"m","insideAccount":true,"regions":[],"licence":"l","risks":[],"source":"s",
                           "asOf":"2026-08-01","kind":"%s"}}]}
                """.formatted(KIND));
        return files;
    }

    private void document(String key, String json) {
        artefacts.put(key, json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    void reserve(Cloud through, RunFiles files) {
        BigDecimal ten = BigDecimal.TEN;
        new ReserveBudgetHandler(through, new ReserveBudgetHandler.Caps(ten, ten), CLOCK)
                .handle(new Step.Run(files.runId()));
    }

    /// What a job of fifty seconds leaves.
    void trained(RunFiles files, TrainingResult.Outcome outcome) {
        artefacts.putJson(
                files.trainingResult(),
                new TrainingResult(
                        files.runId(), outcome, 10, 1, 1000, 500, 50, 1, "cpu", "2", "s", "exact", 0, 10, null));
    }

    void settle(Cloud through, RunFiles files) {
        new SettleBudgetHandler(through, CLOCK).handle(new Step.Run(files.runId()));
    }
}

package dev.tunedrop.functions.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;
import dev.tunedrop.functions.cloud.memory.MemoryBus;
import dev.tunedrop.functions.cloud.memory.MemoryExecutions;
import dev.tunedrop.functions.cloud.memory.MemoryLedger;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.functions.path.AnsweringEndpoints;

/// What is reserved before a run and kept after it.
class BudgetStepsTest {

    private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final LocalDate DAY = LocalDate.parse("2026-08-01");
    private static final String KIND = "batch/kind";

    private final MemoryObjects artefacts = new MemoryObjects("artefacts");
    private final MemoryBudget budget = new MemoryBudget();
    private final MemoryLedger ledger = new MemoryLedger();
    private final Cloud cloud = new Cloud(
            new MemoryObjects("drops"),
            artefacts,
            new MemoryObjects("bases"),
            ledger,
            budget,
            new MemoryExecutions(),
            new MemoryBus(),
            new AnsweringEndpoints(1));

    /// A run that was decided to reserve this much.
    private RunFiles decided(String name, String reserveUsd, String maxCostUsd) {
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

    private void reserve(RunFiles files) {
        BigDecimal ten = BigDecimal.TEN;
        new ReserveBudgetHandler(cloud, new ReserveBudgetHandler.Caps(ten, ten), CLOCK)
                .handle(new Step.Run(files.runId()));
    }

    private void settle(RunFiles files, TrainingResult.Outcome outcome) {
        artefacts.putJson(
                files.trainingResult(),
                new TrainingResult(
                        files.runId(), outcome, 10, 1, 1000, 500, 50, 1, "cpu", "2", "s", "exact", 0, 10, null));
        new SettleBudgetHandler(cloud, CLOCK).handle(new Step.Run(files.runId()));
    }

    private void leftBehind(String runId, String usd, Duration deadline) {
        Budget.Claim claim = new Budget.Claim(
                DAY, "support", new BigDecimal(usd), BigDecimal.TEN, BigDecimal.TEN, NOW.plus(deadline));
        assertThat(budget.reserve(runId, claim)).isTrue();
    }

    @Test
    void whatADeadRunHeldIsFreeForTheNextOneAfterItsDeadlineOnly() {
        RunFiles next = decided("next", "4", "50");
        leftBehind("dead", "8", Duration.ofSeconds(1));
        assertThatExceptionOfType(Rejected.class).isThrownBy(() -> reserve(next));
        budget.settle("dead", BigDecimal.ZERO);
        leftBehind("dead", "8", Duration.ofSeconds(-1));
        reserve(next);
        assertThat(budget.reserved("dead")).isZero();
        assertThat(budget.day(DAY).committedUsd()).isEqualByComparingTo("4");
    }

    @Test
    void whatADeadRunIsKnownToHaveCostStaysSpent() {
        RunFiles dead = decided("dead", "8", "50");
        leftBehind(dead.runId(), "8", Duration.ofSeconds(-1));
        artefacts.putJson(
                dead.settlement(),
                new Settlement(
                        dead.runId(), "batch/x", BigDecimal.ONE, BigDecimal.ONE, new BigDecimal("3"), 1, 1, KIND));
        leftBehind("unknown", "2", Duration.ofSeconds(-1));
        new Reclaim(cloud).run(NOW);
        assertThat(budget.day(DAY).spentUsd()).isEqualByComparingTo("3");
        assertThat(budget.day(DAY).reservedUsd()).isEqualByComparingTo("0");
    }

    @Test
    void aRunReservesNoMoreThanTheDropsOwnCap() {
        reserve(decided("within", "4", "4"));
        RunFiles above = decided("above", "4.01", "4");
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> reserve(above))
                .withMessageContaining("the drop's cap is $4");
        assertThat(budget.reserved(above.runId())).isZero();
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, 1", "STOPPED_AT_WALL, 0", "STOPPED_EARLY, 0"})
    void onlyARunThatWentToItsEndTeachesTheNextQuote(TrainingResult.Outcome outcome, int lessons) {
        RunFiles files = decided("x", "4", "50");
        reserve(files);
        settle(files, outcome);
        assertThat(ledger.actuals(KIND)).hasSize(lessons);
    }

    @Test
    void aRunCostsItsSecondsAtTheQuotedRateHoweverOftenItIsSettled() {
        RunFiles files = decided("x", "4", "50");
        reserve(files);
        settle(files, TrainingResult.Outcome.COMPLETED);
        settle(files, TrainingResult.Outcome.COMPLETED);
        assertThat(budget.day(DAY).committedUsd()).isEqualByComparingTo("1");
        assertThat(budget.reserved(files.runId())).isZero();
    }
}

package dev.tunedrop.functions.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.Rejected;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.memory.MemoryBudget;

/// What is reserved before a run and kept after it.
class BudgetStepsTest {

    private final DecidedRuns runs = new DecidedRuns();
    private final MemoryBudget budget = runs.budget;

    private void reserve(RunFiles files) {
        runs.reserve(runs.cloud, files);
    }

    private void settle(RunFiles files, TrainingResult.Outcome outcome) {
        runs.trained(files, outcome);
        runs.settle(runs.cloud, files);
    }

    private void leftBehind(String runId, String usd, Duration deadline) {
        Budget.Claim claim = new Budget.Claim(
                DecidedRuns.DAY,
                "support",
                new BigDecimal(usd),
                BigDecimal.TEN,
                BigDecimal.TEN,
                DecidedRuns.NOW.plus(deadline));
        assertThat(budget.reserve(runId, claim)).isTrue();
    }

    @Test
    void whatADeadRunHeldIsFreeForTheNextOneAfterItsDeadlineOnly() {
        RunFiles next = runs.decided("next", "4", "50");
        leftBehind("dead", "8", Duration.ofSeconds(1));
        assertThatExceptionOfType(Rejected.class).isThrownBy(() -> reserve(next));
        budget.settle("dead", BigDecimal.ZERO);
        leftBehind("dead", "8", Duration.ofSeconds(-1));
        reserve(next);
        assertThat(budget.reserved("dead")).isZero();
        assertThat(budget.day(DecidedRuns.DAY).committedUsd()).isEqualByComparingTo("4");
    }

    @Test
    void whatADeadRunIsKnownToHaveCostStaysSpent() {
        RunFiles dead = runs.decided("dead", "8", "50");
        leftBehind(dead.runId(), "8", Duration.ofSeconds(-1));
        runs.artefacts.putJson(
                dead.settlement(),
                new Settlement(
                        dead.runId(),
                        "batch/x",
                        BigDecimal.ONE,
                        BigDecimal.ONE,
                        new BigDecimal("3"),
                        1,
                        1,
                        DecidedRuns.KIND));
        leftBehind("unknown", "2", Duration.ofSeconds(-1));
        new Reclaim(runs.cloud).run(DecidedRuns.NOW);
        assertThat(budget.day(DecidedRuns.DAY).spentUsd()).isEqualByComparingTo("3");
        assertThat(budget.day(DecidedRuns.DAY).reservedUsd()).isEqualByComparingTo("0");
    }

    /// The job ended, and whoever was to settle it died: fifty of a hundred quoted seconds at two quoted dollars.
    @Test
    void whatADeadRunsJobHasCostIsSpentThoughNobodySettledIt() {
        RunFiles dead = runs.decided("dead", "8", "50");
        runs.trained(dead, TrainingResult.Outcome.COMPLETED);
        leftBehind(dead.runId(), "8", Duration.ofSeconds(-1));
        new Reclaim(runs.cloud).run(DecidedRuns.NOW);
        assertThat(budget.day(DecidedRuns.DAY).spentUsd()).isEqualByComparingTo("1");
        assertThat(budget.day(DecidedRuns.DAY).reservedUsd()).isEqualByComparingTo("0");
    }

    @Test
    void aRunThatTakesAnotherRouteHoldsWhatThatOneCostsAndNotBoth() {
        RunFiles files = runs.decided("moved", "4", "50");
        reserve(files);
        reserve(files);
        assertThat(budget.reserved(files.runId())).isEqualByComparingTo("4");
        runs.decided("moved", "9", "50");
        reserve(files);
        assertThat(budget.reserved(files.runId())).isEqualByComparingTo("9");
        assertThat(budget.day(DecidedRuns.DAY).committedUsd()).isEqualByComparingTo("9");
    }

    @Test
    void aRunReservesNoMoreThanTheDropsOwnCap() {
        reserve(runs.decided("within", "4", "4"));
        RunFiles above = runs.decided("above", "4.01", "4");
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> reserve(above))
                .withMessageContaining("the drop's cap is $4");
        assertThat(budget.reserved(above.runId())).isZero();
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, 1", "STOPPED_AT_WALL, 0", "STOPPED_EARLY, 0"})
    void onlyARunThatWentToItsEndTeachesTheNextQuote(TrainingResult.Outcome outcome, int lessons) {
        RunFiles files = runs.decided("x", "4", "50");
        reserve(files);
        settle(files, outcome);
        assertThat(runs.ledger.actuals(DecidedRuns.KIND)).hasSize(lessons);
    }

    @Test
    void aRunCostsItsSecondsAtTheQuotedRateHoweverOftenItIsSettled() {
        RunFiles files = runs.decided("x", "4", "50");
        reserve(files);
        settle(files, TrainingResult.Outcome.COMPLETED);
        settle(files, TrainingResult.Outcome.COMPLETED);
        assertThat(budget.day(DecidedRuns.DAY).committedUsd()).isEqualByComparingTo("1");
        assertThat(budget.reserved(files.runId())).isZero();
    }
}

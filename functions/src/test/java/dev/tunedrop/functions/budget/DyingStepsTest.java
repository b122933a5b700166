package dev.tunedrop.functions.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.Cloud;

/// The steps that move money die at every call they make, and are run again as the workflow does, or not at all.
class DyingStepsTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stepsThatDieAtAnyCallAndAreRunAgainReserveAndSpendOnce(boolean afterwards) {
        int deaths = 0;
        for (int at = 1; died(at, afterwards, true); at++) deaths++;
        assertThat(deaths).as("calls of the two steps").isGreaterThan(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatStepsThatDieForGoodHeldIsFreeAfterTheDeadline(boolean afterwards) {
        int deaths = 0;
        for (int at = 1; died(at, afterwards, false); at++) deaths++;
        assertThat(deaths).as("calls of the two steps").isGreaterThan(8);
    }

    private static boolean died(int at, boolean afterwards, boolean again) {
        DecidedRuns runs = new DecidedRuns();
        RunFiles run = runs.decided("x", "4", "50");
        runs.trained(run, TrainingResult.Outcome.COMPLETED);
        Cloud dying = new DyingCloud(at, afterwards).over(runs.cloud);
        boolean died = false;
        try {
            steps(runs, dying, run);
        } catch (DyingCloud.Died death) {
            died = true;
        }
        assertThat(runs.budget.day(DecidedRuns.DAY).committedUsd())
                .as("committed when it died at call %d", at)
                .isLessThanOrEqualTo(BigDecimal.valueOf(4));
        if (again) settledOnce(runs, run, at);
        else reclaimed(runs, at);
        return died;
    }

    private static void steps(DecidedRuns runs, Cloud through, RunFiles run) {
        runs.reserve(through, run);
        runs.settle(through, run);
    }

    private static void settledOnce(DecidedRuns runs, RunFiles run, int at) {
        boolean settled = runs.budget.day(DecidedRuns.DAY).spentUsd().signum() > 0;
        if (settled) runs.settle(runs.cloud, run);
        else steps(runs, runs.cloud, run);
        assertThat(runs.budget.day(DecidedRuns.DAY))
                .as("after it died at call %d and was run again", at)
                .returns("0", day -> day.reservedUsd().stripTrailingZeros().toPlainString())
                .returns("1", day -> day.spentUsd().stripTrailingZeros().toPlainString());
        assertThat(runs.ledger.actuals(DecidedRuns.KIND)).hasSize(1);
    }

    private static void reclaimed(DecidedRuns runs, int at) {
        new Reclaim(runs.cloud).run(DecidedRuns.NOW.plus(Duration.ofDays(15)));
        Budget.Account day = runs.budget.day(DecidedRuns.DAY);
        assertThat(day.reservedUsd())
                .as("held for it after it died at call %d", at)
                .isEqualByComparingTo("0");
        assertThat(day.spentUsd()).isLessThanOrEqualTo(BigDecimal.ONE);
    }
}

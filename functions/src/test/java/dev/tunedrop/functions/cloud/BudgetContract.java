package dev.tunedrop.functions.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.TransientFailure;

/// What every budget promises.
public abstract class BudgetContract {

    private final LocalDate day =
            LocalDate.of(2026, 1, 1).plusDays(ThreadLocalRandom.current().nextInt(1_000_000));
    private final String run = "run-" + UUID.randomUUID();

    protected abstract Budget budget();

    private final String dataset = "set-" + UUID.randomUUID();
    private static final Instant DEADLINE = Instant.parse("2026-01-02T03:04:05Z");

    private boolean reserve(String id, BigDecimal amount, BigDecimal dayCap) {
        return budget().reserve(id, new Budget.Claim(day, dataset, amount, dayCap, new BigDecimal("1000"), DEADLINE));
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    @Test
    void whatIsReservedAndSpentNeverExceedsTheCap() {
        assertThat(reserve(run + 1, usd("6.5"), usd("10"))).isTrue();
        assertThat(reserve(run + 2, usd("3.6"), usd("10"))).isFalse();
        assertThat(reserve(run + 3, usd("3.5"), usd("10"))).isTrue();
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("10");
    }

    @Test
    void anAmountAboveTheCapIsRefusedOnAnEmptyDay() {
        assertThat(reserve(run, usd("10.01"), usd("10"))).isFalse();
        assertThat(budget().reserved(run)).isZero();
    }

    @Test
    void aReservationThatIsGivenBackMakesRoomForAnother() {
        assertThat(reserve(run, usd("6"), usd("10"))).isTrue();
        budget().settle(run, BigDecimal.ZERO);
        budget().settle(run, BigDecimal.ZERO);
        assertThat(budget().reserved(run)).isZero();
        assertThat(budget().day(day).committedUsd()).isZero();
        assertThat(reserve(run, usd("9"), usd("10"))).isTrue();
        assertThat(budget().reserved(run)).isEqualByComparingTo("9");
        budget().settle(run, usd("2"));
        assertThat(budget().day(day).spentUsd()).isEqualByComparingTo("2");
    }

    @Test
    void aRunReservesOnce() {
        assertThat(reserve(run, usd("4"), usd("10"))).isTrue();
        assertThat(reserve(run, usd("4"), usd("10"))).isTrue();
        assertThat(budget().day(day).reservedUsd()).isEqualByComparingTo("4");
    }

    @Test
    void settlingTurnsTheReservationIntoWhatWasSpentOnce() {
        reserve(run, usd("4"), usd("10"));
        budget().settle(run, usd("1.25"));
        budget().settle(run, usd("9"));
        assertThat(budget().reserved(run)).isZero();
        assertThat(budget().day(day).reservedUsd()).isEqualByComparingTo("0");
        assertThat(budget().day(day).spentUsd()).isEqualByComparingTo("1.25");
        assertThat(reserve(run + 2, usd("8.75"), usd("10"))).isTrue();
    }

    @Test
    void settlingARunThatReservedNothingChangesNothing() {
        budget().settle(run, usd("3"));
        assertThat(budget().day(day).committedUsd()).isZero();
    }

    @Test
    void racingReservationsStayWithinTheCap() throws InterruptedException, ExecutionException {
        List<Boolean> won = Race.of(12, i -> reserveWhenFree(run + i));
        assertThat(won).filteredOn(w -> w).hasSize(5);
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("10");
    }

    /// A clash of transactions asks for another try, as the workflow's Retry gives it.
    private boolean reserveWhenFree(String id) {
        while (true) {
            try {
                return reserve(id, usd("2"), usd("10"));
            } catch (TransientFailure clash) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void settlementsAtOnceCountOnce() throws InterruptedException, ExecutionException {
        reserve(run, usd("4"), usd("10"));
        List<BigDecimal> actuals = Race.of(8, i -> {
            BigDecimal actual = usd("1." + i);
            whenFree(() -> budget().settle(run, actual));
            return actual;
        });
        Budget.Account account = budget().day(day);
        assertThat(account.reservedUsd()).isEqualByComparingTo("0");
        assertThat(actuals).anyMatch(actual -> actual.compareTo(account.spentUsd()) == 0);
        assertThat(budget().dataset(dataset).spentUsd()).isEqualByComparingTo(account.spentUsd());
    }

    @Test
    void aCapThatIsLoweredTakesNothingAwayAndLetsNothingIn() {
        assertThat(reserve(run + 1, usd("6"), usd("10"))).isTrue();
        assertThat(reserve(run + 2, usd("0.01"), usd("5"))).isFalse();
        assertThat(reserve(run + 1, usd("6"), usd("5")))
                .as("it is held already")
                .isTrue();
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("6");
        budget().settle(run + 1, usd("4.99"));
        assertThat(reserve(run + 2, usd("0.01"), usd("5"))).isTrue();
        assertThat(reserve(run + 3, usd("0.01"), usd("5"))).isFalse();
    }

    @Test
    void whatCostsNothingIsNeverRefused() {
        assertThat(reserve(run + 1, usd("6"), usd("10"))).isTrue();
        assertThat(reserve(run + 2, usd("0.0000"), usd("5"))).isTrue();
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("6");
        budget().settle(run + 2, usd("0"));
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("6");
        assertThatThrownBy(() -> reserve(run + 3, usd("-1"), usd("10"))).hasMessageContaining("amountUsd");
    }

    @Test
    void halfCentsAddUpToTheCapExactly() {
        for (int i = 0; i < 20; i++)
            assertThat(reserve(run + i, usd("0.005"), usd("0.1"))).isTrue();
        assertThat(reserve(run + 20, usd("0.0001"), usd("0.1"))).isFalse();
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("0.1");
        for (int i = 0; i < 20; i++) budget().settle(run + i, usd("0.0049"));
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("0.098");
    }

    /// A second reservation of a run, with a deadline before the first one's, is its own.
    @Test
    void aClockThatWentBackOpensAndClosesAsEver() {
        Budget.Claim before =
                new Budget.Claim(day, dataset, usd("4"), usd("10"), usd("10"), DEADLINE.minusSeconds(3600));
        reserve(run, usd("4"), usd("10"));
        budget().settle(run, usd("1"));
        assertThat(budget().reserve(run, before)).isTrue();
        assertThat(budget().expired(DEADLINE.minusSeconds(3599))).contains(run);
        budget().settle(run, usd("2"));
        assertThat(budget().expired(DEADLINE.plusSeconds(1))).doesNotContain(run);
        assertThat(budget().day(day).spentUsd()).isEqualByComparingTo("3");
    }

    @Test
    void aDatasetHasACapOfItsOwn() {
        Budget.Claim claim = new Budget.Claim(day, dataset, usd("4"), usd("100"), usd("7"), DEADLINE);
        assertThat(budget().reserve(run + 1, claim)).isTrue();
        assertThat(budget().reserve(run + 2, claim)).isFalse();
        assertThat(budget().day(day).committedUsd())
                .as("a refused claim leaves nothing")
                .isEqualByComparingTo("4");
        budget().settle(run + 1, usd("1"));
        assertThat(budget().dataset(dataset).spentUsd()).isEqualByComparingTo("1");
        assertThat(budget().reserve(run + 2, claim)).isTrue();
    }

    @Test
    void aReservationThatWasLeftBehindIsFoundAfterItsDeadlineOnly() {
        reserve(run, usd("4"), usd("10"));
        assertThat(budget().expired(DEADLINE)).doesNotContain(run);
        assertThat(budget().expired(DEADLINE.plusSeconds(1))).contains(run);
        budget().settle(run, usd("0"));
        assertThat(budget().expired(DEADLINE.plusSeconds(1))).doesNotContain(run);
    }

    /// A thousand runs, all at once, for a budget that holds fifty of them. Some lose the answer of a call and
    /// ask again, some die with their reservation, which is closed by whoever comes after the deadline. A watcher
    /// looks all the time.
    @Test
    void aThousandRunsAtOnceThatDieAnywhereNeverExceedTheCap() throws InterruptedException, ExecutionException {
        AtomicReference<BigDecimal> most = new AtomicReference<>(BigDecimal.ZERO);
        AtomicBoolean racing = new AtomicBoolean(true);
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (racing.get()) most.accumulateAndGet(budget().day(day).committedUsd(), BigDecimal::max);
        });
        List<Fate> fates = Race.of(1000, i -> one(run + "-" + i, Fate.values()[i % Fate.values().length]));
        racing.set(false);
        watcher.join();
        assertThat(fates)
                .as("runs that got money")
                .filteredOn(f -> f != Fate.REFUSED)
                .hasSizeGreaterThan(50);
        assertThat(most.get()).as("the most that was ever committed").isLessThanOrEqualTo(usd("100"));
        for (String left : budget().expired(DEADLINE.plusSeconds(1)))
            if (left.startsWith(run)) whenFree(() -> budget().settle(left, usd("0")));
        assertThat(budget().day(day).reservedUsd())
                .as("nothing is held for the dead")
                .isEqualByComparingTo("0");
        long settled = fates.stream().filter(Fate::settles).count();
        assertThat(budget().day(day).spentUsd())
                .as("each settled once")
                .isEqualByComparingTo(usd("0.05").multiply(BigDecimal.valueOf(settled)));
    }

    /// Where the process of a run dies; the workflow then runs the step again, unless nobody is left.
    private enum Fate {
        LIVES,
        RESERVE_ANSWER_LOST,
        DIES_HOLDING,
        SETTLE_ANSWER_LOST,
        REFUSED;

        boolean settles() {
            return this == LIVES || this == RESERVE_ANSWER_LOST || this == SETTLE_ANSWER_LOST;
        }
    }

    private Fate one(String id, Fate wanted) {
        boolean[] won = {false};
        int reserves = wanted == Fate.RESERVE_ANSWER_LOST ? 2 : 1;
        for (int i = 0; i < reserves; i++) whenFree(() -> won[0] = reserve(id, usd("2"), usd("100")));
        if (!won[0]) return Fate.REFUSED;
        Fate fate = wanted == Fate.REFUSED ? Fate.LIVES : wanted;
        int settlements = fate == Fate.SETTLE_ANSWER_LOST ? 2 : fate.settles() ? 1 : 0;
        for (int i = 0; i < settlements; i++) whenFree(() -> budget().settle(id, usd("0.05")));
        return fate;
    }

    private static void whenFree(Runnable step) {
        while (true) {
            try {
                step.run();
                return;
            } catch (TransientFailure clash) {
                Thread.onSpinWait();
            }
        }
    }
}

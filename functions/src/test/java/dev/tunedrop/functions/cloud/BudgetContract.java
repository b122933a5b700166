package dev.tunedrop.functions.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import dev.tunedrop.functions.TransientFailure;

/// What every budget promises.
public abstract class BudgetContract {

    private final LocalDate day =
            LocalDate.of(2026, 1, 1).plusDays(ThreadLocalRandom.current().nextInt(1_000_000));
    private final String run = "run-" + UUID.randomUUID();

    protected abstract Budget budget();

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    @Test
    void whatIsReservedAndSpentNeverExceedsTheCap() {
        assertThat(budget().reserve(run + 1, day, usd("6.5"), usd("10"))).isTrue();
        assertThat(budget().reserve(run + 2, day, usd("3.6"), usd("10"))).isFalse();
        assertThat(budget().reserve(run + 3, day, usd("3.5"), usd("10"))).isTrue();
        assertThat(budget().day(day).committedUsd()).isEqualByComparingTo("10");
    }

    @Test
    void anAmountAboveTheCapIsRefusedOnAnEmptyDay() {
        assertThat(budget().reserve(run, day, usd("10.01"), usd("10"))).isFalse();
        assertThat(budget().reserved(run)).isZero();
    }

    @Test
    void aReservationThatIsGivenBackMakesRoomForAnother() {
        assertThat(budget().reserve(run, day, usd("6"), usd("10"))).isTrue();
        budget().settle(run, BigDecimal.ZERO);
        budget().settle(run, BigDecimal.ZERO);
        assertThat(budget().reserved(run)).isZero();
        assertThat(budget().day(day).committedUsd()).isZero();
        assertThat(budget().reserve(run, day, usd("9"), usd("10"))).isTrue();
        assertThat(budget().reserved(run)).isEqualByComparingTo("9");
        budget().settle(run, usd("2"));
        assertThat(budget().day(day).spentUsd()).isEqualByComparingTo("2");
    }

    @Test
    void aRunReservesOnce() {
        assertThat(budget().reserve(run, day, usd("4"), usd("10"))).isTrue();
        assertThat(budget().reserve(run, day, usd("4"), usd("10"))).isTrue();
        assertThat(budget().day(day).reservedUsd()).isEqualByComparingTo("4");
    }

    @Test
    void settlingTurnsTheReservationIntoWhatWasSpentOnce() {
        budget().reserve(run, day, usd("4"), usd("10"));
        budget().settle(run, usd("1.25"));
        budget().settle(run, usd("9"));
        assertThat(budget().reserved(run)).isZero();
        assertThat(budget().day(day).reservedUsd()).isEqualByComparingTo("0");
        assertThat(budget().day(day).spentUsd()).isEqualByComparingTo("1.25");
        assertThat(budget().reserve(run + 2, day, usd("8.75"), usd("10"))).isTrue();
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
                return budget().reserve(id, day, usd("2"), usd("10"));
            } catch (TransientFailure clash) {
                Thread.onSpinWait();
            }
        }
    }
}

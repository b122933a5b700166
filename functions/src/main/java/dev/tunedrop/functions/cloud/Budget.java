package dev.tunedrop.functions.cloud;

import java.math.BigDecimal;
import java.time.LocalDate;

/// Money that may be spent in a day. What is reserved and what is spent together never exceed the cap, at any instant
/// and however many runs race.
public interface Budget {

    /// Reserves an amount for a run. A run has one reservation at a time: a second call while it is open answers true
    /// and changes nothing; after it was settled a new one may be opened, for another route.
    ///
    /// @param capUsd the day's cap
    /// @return false when it does not fit
    boolean reserve(String runId, LocalDate day, BigDecimal amountUsd, BigDecimal capUsd);

    /// Turns the run's reservation into what was spent. No-op when there is none or it is settled.
    void settle(String runId, BigDecimal actualUsd);

    /// The run's reservation; zero when there is none or it is settled.
    BigDecimal reserved(String runId);

    Day day(LocalDate day);

    record Day(BigDecimal reservedUsd, BigDecimal spentUsd) {
        public static final Day EMPTY = new Day(BigDecimal.ZERO, BigDecimal.ZERO);

        public BigDecimal committedUsd() {
            return reservedUsd.add(spentUsd);
        }
    }
}

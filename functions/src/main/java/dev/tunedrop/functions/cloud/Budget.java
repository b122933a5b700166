package dev.tunedrop.functions.cloud;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// Money that may be spent, in a day and for a dataset. What is reserved and what is spent together never exceed either
/// cap, at any instant and however many runs race; every change is one transaction, so that a process that dies
/// between two steps leaves no half of one.
public interface Budget {

    /// Reserves an amount for a run. A run has one reservation at a time: a second call while it is open answers true
    /// and changes nothing; after it was settled a new one may be opened, for another route.
    ///
    /// @return false when it does not fit; what costs nothing always does
    boolean reserve(String runId, Claim claim);

    /// Turns the run's reservation into what was spent. No-op when there is none or it is settled.
    void settle(String runId, BigDecimal actualUsd);

    /// The run's reservation; zero when there is none or it is settled.
    BigDecimal reserved(String runId);

    /// Runs whose open reservation is past its deadline: whoever held it is gone.
    List<String> expired(Instant now);

    Account day(LocalDate day);

    Account dataset(String dataset);

    /// What a run asks for.
    ///
    /// @param dayCapUsd the day's cap
    /// @param datasetCapUsd cap on all runs of the dataset, ever
    /// @param deadline when the reservation counts as left behind
    record Claim(
            LocalDate day,
            String dataset,
            BigDecimal amountUsd,
            BigDecimal dayCapUsd,
            BigDecimal datasetCapUsd,
            Instant deadline) {

        public Claim {
            if (amountUsd.signum() < 0)
                throw new IllegalArgumentException("amountUsd must not be negative, was " + amountUsd);
        }

        /// What costs nothing fits under any cap, also under one that was lowered below what is committed.
        public boolean isFree() {
            return amountUsd.signum() == 0;
        }
    }

    record Account(BigDecimal reservedUsd, BigDecimal spentUsd) {
        public static final Account EMPTY = new Account(BigDecimal.ZERO, BigDecimal.ZERO);

        public BigDecimal committedUsd() {
            return reservedUsd.add(spentUsd);
        }
    }
}

package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;

import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.functions.cloud.Ledger.Actual;

/// What a settled run teaches: its actual figures beside what arithmetic alone had said, which is the quote without the
/// factor that earlier runs had put on it.
public final class Lessons {

    private Lessons() {}

    /// Empty for a route that says no kind, or was never timed or priced.
    public static Optional<Actual> of(
            String runId, RouteQuote route, double actualSeconds, BigDecimal actualUsd, Instant now) {
        Range seconds = route.trainingSeconds();
        Range usd = route.trainingUsd();
        if (route.terms() == null || seconds == null || usd == null || actualSeconds <= 0) return Optional.empty();
        Quote.PastRuns past = route.pastRuns();
        double timeFactor = past == null ? 1 : past.timeFactor().doubleValue();
        BigDecimal costFactor = past == null ? BigDecimal.ONE : past.costFactor();
        return Optional.of(new Actual(
                route.terms().kind(),
                runId,
                now,
                seconds.expected().doubleValue() / timeFactor,
                seconds.expected().doubleValue(),
                actualSeconds,
                usd.expected().divide(costFactor, 6, RoundingMode.HALF_UP),
                actualUsd));
    }
}

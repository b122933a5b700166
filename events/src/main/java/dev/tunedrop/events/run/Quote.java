package dev.tunedrop.events.run;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What every way to train on a dataset would cost and take, before money moves.
///
/// @param priceTableDate the date of the prices
/// @param priceTableStale true when that date is too long ago to rely on
public record Quote(
        String runId, Instant at, LocalDate priceTableDate, boolean priceTableStale, List<RouteQuote> routes) {

    public Quote {
        routes = List.copyOf(routes);
    }

    /// One way to get the model.
    ///
    /// @param route a stable name, such as `batch/g6e.xlarge/spot`
    /// @param refusals why this route is not possible; empty when it is
    /// @param trainingUsd absent when refused before it could be priced
    /// @param trainingSeconds from submission to the last checkpoint, start-up included
    /// @param servingUsdPerMonth an endpoint that is always on
    /// @param memoryGiB what training needs of the device's memory
    /// @param spread one sentence: what makes low and high differ
    public record RouteQuote(
            String route,
            String provider,
            String method,
            String instance,
            boolean spot,
            List<String> refusals,
            @Nullable Range trainingUsd,
            @Nullable Range trainingSeconds,
            @Nullable BigDecimal servingUsdPerMonth,
            @Nullable BigDecimal memoryGiB,
            @Nullable BigDecimal deviceMemoryGiB,
            @Nullable String spread) {

        public RouteQuote {
            refusals = List.copyOf(refusals);
        }

        public boolean possible() {
            return refusals.isEmpty();
        }
    }
}

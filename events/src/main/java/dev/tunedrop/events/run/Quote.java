package dev.tunedrop.events.run;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What every way to get a model from a dataset would cost and take, before money moves.
///
/// @param priceTableDate the date of the oldest price that was used
/// @param priceTableStale true when that date is too long ago to rely on
/// @param notes what a reader must know: assumptions, stale tables, the pipeline's own cost; absent in earlier versions
/// @param tradeOffs provider → what a team gains and gives up there; absent in earlier versions
public record Quote(
        String runId,
        Instant at,
        LocalDate priceTableDate,
        boolean priceTableStale,
        List<RouteQuote> routes,
        @Nullable List<String> notes,
        @Nullable Map<String, TradeOffs> tradeOffs) {

    public Quote {
        routes = List.copyOf(routes);
        notes = notes == null ? null : List.copyOf(notes);
    }

    /// One way to get the model.
    ///
    /// @param route a stable name: `batch/g6e.xlarge/spot` for our own trainer, `<provider>/<model>` for a service
    /// @param provider the name's first part
    /// @param refusals why this route is not possible; empty when it is
    /// @param trainingUsd absent when refused before it could be priced
    /// @param trainingSeconds from submission to the last checkpoint, start-up included
    /// @param servingUsdPerMonth at the traffic that the settings state
    /// @param memoryGiB what training needs of the device's memory
    /// @param spread one sentence: what makes low and high differ
    /// @param terms what the choice of a route looks at besides; absent in earlier versions
    /// @param breakEvenTokensPerMonth of a service: the traffic above which an adapter of our own is cheaper, its
    /// training included; absent where it never is
    /// @param pastRuns how quotes of this kind have turned out; absent while none was settled
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
            @Nullable String spread,
            @Nullable Terms terms,
            @Nullable Long breakEvenTokensPerMonth,
            @Nullable PastRuns pastRuns) {

        public RouteQuote {
            refusals = List.copyOf(refusals);
        }

        public boolean possible() {
            return refusals.isEmpty();
        }
    }

    /// On what conditions a route is to be had.
    ///
    /// @param model what is tuned: the base's name, or the service's id
    /// @param insideAccount whether the data stays within the account; false: somebody else gets it
    /// @param target what the dataset's report calls the place; absent: it says nothing of it
    /// @param regions where it is offered; empty: wherever the account is
    /// @param commercialUse whether the licence allows it; absent: not known
    /// @param endOfLife the day on which the model is gone; absent: none is announced
    /// @param risks sentences: what may go wrong there, and why a figure is missing
    /// @param source where the row of the catalogue is from
    /// @param asOf that row's day
    /// @param kind what past runs are compared by
    /// @param trainingUsdPerMillion a service's own price of a million tokens, which past runs do not move;
    /// absent where it has none, and in earlier versions
    /// @param minimumUsd what the service charges at least; absent where it does not
    public record Terms(
            String model,
            boolean insideAccount,
            @Nullable String target,
            List<String> regions,
            String licence,
            @Nullable Boolean commercialUse,
            @Nullable LocalDate endOfLife,
            List<String> risks,
            String source,
            LocalDate asOf,
            String kind,
            @Nullable BigDecimal trainingUsdPerMillion,
            @Nullable BigDecimal minimumUsd) {

        public Terms {
            regions = List.copyOf(regions);
            risks = List.copyOf(risks);
        }
    }

    /// How earlier quotes of a kind have turned out.
    ///
    /// @param runs how many were settled
    /// @param timeFactor what the time of this quote was multiplied by because of them
    /// @param costFactor what the cost was multiplied by
    /// @param meanAbsoluteErrorPercent of their expected times against the actual ones
    public record PastRuns(
            int runs, BigDecimal timeFactor, BigDecimal costFactor, BigDecimal meanAbsoluteErrorPercent) {}

    /// What a team gains and gives up with a provider, one short sentence each.
    public record TradeOffs(
            String customisation,
            String privacy,
            String control,
            String transparency,
            String upFrontCost,
            String costAtScale,
            String operations,
            String quality) {}
}

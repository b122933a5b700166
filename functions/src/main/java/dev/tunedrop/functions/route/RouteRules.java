package dev.tunedrop.functions.route;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Decision.NotTaken;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;

/// Eligibility, then the preference, then cost, time and name. Every route that is not taken has a reason.
final class RouteRules {

    private RouteRules() {}

    /// @param excluded route → why its provider refused it for good
    static Decision choose(Quote quote, RunSettings settings, Map<String, String> excluded) {
        List<NotTaken> notTaken = new ArrayList<>();
        List<RouteQuote> eligible = new ArrayList<>();
        for (RouteQuote route : quote.routes()) {
            Optional<String> refusal = Optional.ofNullable(excluded.get(route.route()))
                    .map(why -> "its provider refused this run: " + why)
                    .or(() -> refusal(route, settings));
            if (refusal.isPresent()) notTaken.add(new NotTaken(route.route(), refusal.get()));
            else eligible.add(route);
        }
        eligible.sort(order(settings.prefer()));
        if (eligible.isEmpty())
            return new Decision(quote.runId(), null, List.of("no route is possible"), notTaken, BigDecimal.ZERO, false);
        RouteQuote chosen = eligible.getFirst();
        for (RouteQuote other : eligible.subList(1, eligible.size()))
            notTaken.add(new NotTaken(other.route(), comparison(chosen, other, settings.prefer())));
        BigDecimal expected = usd(chosen).expected();
        boolean approval = expected.compareTo(settings.approvalAboveUsd()) > 0;
        return new Decision(
                quote.runId(),
                chosen.route(),
                reasons(chosen, eligible.size(), settings, quote, approval),
                notTaken,
                usd(chosen).high(),
                approval);
    }

    private static Optional<String> refusal(RouteQuote route, RunSettings settings) {
        if (!route.possible()) return Optional.of(String.join("; ", route.refusals()));
        if (usd(route).high().compareTo(settings.maxCostUsd()) > 0)
            return Optional.of("may cost up to $%s, the drop's cap is $%s"
                    .formatted(money(usd(route).high()), money(settings.maxCostUsd())));
        return Optional.empty();
    }

    private static Comparator<RouteQuote> order(RunSettings.Preference preference) {
        Comparator<RouteQuote> cost = Comparator.comparing(route -> usd(route).expected());
        Comparator<RouteQuote> time =
                Comparator.comparing(route -> seconds(route).expected());
        Comparator<RouteQuote> preferred = switch (preference) {
            case COST -> cost.thenComparing(time);
            case TIME -> time.thenComparing(cost);
            case CONTROL ->
                Comparator.comparing(RouteQuote::spot).thenComparing(cost).thenComparing(time);
        };
        return preferred.thenComparing(RouteQuote::route);
    }

    private static List<String> reasons(
            RouteQuote chosen, int eligible, RunSettings settings, Quote quote, boolean approval) {
        List<String> reasons = new ArrayList<>();
        String among = eligible == 1 ? "the only possible route" : "of %d possible routes".formatted(eligible);
        if (eligible == 1) reasons.add(among);
        else
            reasons.add(
                    switch (settings.prefer()) {
                        case COST -> "cheapest " + among;
                        case TIME -> "fastest " + among;
                        case CONTROL -> "cheapest that is never interrupted, " + among;
                    });
        reasons.add("expected $%s and %s s, at most $%s"
                .formatted(
                        money(usd(chosen).expected()),
                        seconds(chosen).expected().toPlainString(),
                        money(usd(chosen).high())));
        if (chosen.memoryGiB() != null && chosen.deviceMemoryGiB() != null)
            reasons.add("needs %s of %s GiB of memory".formatted(chosen.memoryGiB(), chosen.deviceMemoryGiB()));
        if (approval) reasons.add("above $%s a person must approve".formatted(money(settings.approvalAboveUsd())));
        if (quote.priceTableStale()) reasons.add("prices are of " + quote.priceTableDate() + " and may have moved");
        return reasons;
    }

    private static String comparison(RouteQuote chosen, RouteQuote other, RunSettings.Preference preference) {
        return switch (preference) {
            case COST ->
                "expected $%s against $%s"
                        .formatted(
                                money(usd(other).expected()), money(usd(chosen).expected()));
            case TIME ->
                "expected %s s against %s s"
                        .formatted(
                                seconds(other).expected().toPlainString(),
                                seconds(chosen).expected().toPlainString());
            case CONTROL ->
                other.spot() && !chosen.spot()
                        ? "a spot instance can be taken away"
                        : "expected $%s against $%s"
                                .formatted(
                                        money(usd(other).expected()),
                                        money(usd(chosen).expected()));
        };
    }

    private static Range usd(RouteQuote route) {
        return Objects.requireNonNull(route.trainingUsd(), "a possible route has a price");
    }

    private static Range seconds(RouteQuote route) {
        return Objects.requireNonNull(route.trainingSeconds(), "a possible route has a duration");
    }

    static String money(BigDecimal usd) {
        return usd.setScale(2, java.math.RoundingMode.HALF_UP).toPlainString();
    }
}

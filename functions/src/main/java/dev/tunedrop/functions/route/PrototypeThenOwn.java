package dev.tunedrop.functions.route;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote.RouteQuote;

/// The plan that starts at a managed service, where nothing has to be run, and moves to an adapter of our own with a
/// later drop, or as soon as the stated traffic makes that cheaper. Both sides are always told with their figures.
final class PrototypeThenOwn {

    private PrototypeThenOwn() {}

    /// @param inShort why the others are not taken
    record Step(RouteQuote route, String inShort, List<String> reasons) {}

    /// @param eligible best first
    static Optional<Step> choose(RouteRules.Question question, List<RouteQuote> eligible) {
        Optional<RouteQuote> managed = eligible.stream()
                .filter(route -> !Eligibility.OWN.contains(route.provider()))
                .findFirst();
        Optional<RouteQuote> own = eligible.stream()
                .filter(route -> Eligibility.OWN.contains(route.provider()))
                .findFirst();
        if (managed.isEmpty())
            return own.map(route -> new Step(
                    route, "the plan goes to our own adapter", List.of("prototype-then-own: no service is possible")));
        if (own.isEmpty())
            return managed.map(route -> new Step(
                    route,
                    "the plan starts at a service",
                    List.of("prototype-then-own: no route of our own is possible")));
        long traffic = question.settings().monthlyTokens();
        Long breakEven = managed.get().breakEvenTokensPerMonth();
        List<String> reasons = new ArrayList<>();
        String why;
        boolean moves = true;
        if (question.answering())
            why = "a model of this dataset answers already, so this drop moves to our own adapter";
        else if (breakEven != null && traffic >= breakEven)
            why = "%,d tokens a month are above the break-even of %,d".formatted(traffic, breakEven);
        else {
            moves = false;
            why = breakEven == null
                    ? "the first drop, and no traffic makes an adapter of our own cheaper"
                    : "the first drop, and %,d tokens a month are below the break-even of %,d"
                            .formatted(traffic, breakEven);
        }
        reasons.add("prototype-then-own: " + why);
        reasons.add("managed: " + figures(managed.get()));
        reasons.add("own: " + figures(own.get()));
        return Optional.of(new Step(
                moves ? own.get() : managed.get(),
                moves ? "the plan has moved to our own adapter" : "the plan starts at a service",
                reasons));
    }

    private static String figures(RouteQuote route) {
        return "%s, $%s to train, %s a month to serve"
                .formatted(
                        route.route(),
                        RouteRules.money(RouteRules.usd(route).expected()),
                        serving(route.servingUsdPerMonth()));
    }

    private static String serving(@Nullable BigDecimal usd) {
        return usd == null ? "not priced" : "$" + RouteRules.money(usd);
    }
}

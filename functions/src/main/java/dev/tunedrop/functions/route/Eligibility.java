package dev.tunedrop.functions.route;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.Terms;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.RunSettings.Privacy;
import dev.tunedrop.functions.page.Spoken;

/// Whether a route may be taken at all. Privacy comes first and fails closed: unless the data is known to be
/// public or internal, a route that is not known to keep it inside the account is refused.
final class Eligibility {

    /// Providers that are our own trainer.
    static final Set<String> OWN = Set.of("local", "batch");

    /// A job is ended after this, whatever it has done.
    static final long LONGEST_SECONDS = 5L * 24 * 3600;

    private final RunSettings settings;
    private final DatasetFacts dataset;
    private final Map<String, String> excluded;
    private final Map<String, String> lacking;
    private final @Nullable String here;
    private final LocalDate today;
    private final List<Function<RouteQuote, @Nullable String>> rules = List.of(
            this::privacy,
            this::gone,
            this::quoted,
            this::excluded,
            this::format,
            this::licence,
            this::endOfLife,
            this::region,
            this::elsewhere,
            this::setUp,
            this::tooLong,
            this::cap);

    Eligibility(RouteRules.Question question, LocalDate today) {
        this.settings = question.settings();
        this.dataset = question.dataset();
        this.excluded = question.excluded();
        this.lacking = question.lacking();
        this.here = question.here();
        this.today = today;
    }

    Optional<String> refusal(RouteQuote route) {
        return rules.stream()
                .map(rule -> Optional.ofNullable(rule.apply(route)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /// Whether data that goes this way stays inside the account; what is not known does not.
    static boolean insideAccount(RouteQuote route) {
        Terms terms = route.terms();
        return terms == null ? OWN.contains(route.provider()) : terms.insideAccount();
    }

    private @Nullable String privacy(RouteQuote route) {
        if (insideAccount(route)) return null;
        Privacy privacy = dataset.privacy();
        if (privacy == null) return "the data's privacy is not known, so it does not leave the account";
        return switch (privacy) {
            case PRIVATE -> "the data is private and does not leave the account";
            case INTERNAL, PUBLIC -> null;
        };
    }

    /// Before all that could be mended: a model that is gone stays gone.
    private @Nullable String gone(RouteQuote route) {
        LocalDate end = end(route);
        return end == null || end.isAfter(today) ? null : "the model is gone since " + end;
    }

    private static @Nullable LocalDate end(RouteQuote route) {
        return route.terms() == null ? null : route.terms().endOfLife();
    }

    private @Nullable String setUp(RouteQuote route) {
        String what = lacking.get(route.provider());
        return what == null ? null : "%s is not set up here: %s".formatted(route.provider(), what);
    }

    private @Nullable String quoted(RouteQuote route) {
        return route.possible() ? null : String.join("; ", route.refusals());
    }

    private @Nullable String excluded(RouteQuote route) {
        String why = excluded.get(route.route());
        if (why == null) return null;
        return route.spot() ? why : "its provider refused this run: " + why;
    }

    private @Nullable String format(RouteQuote route) {
        Terms terms = route.terms();
        if (terms == null || terms.target() == null) return null;
        return dataset.refusal(terms.target())
                .map(why -> "the dataset cannot go there: " + why)
                .orElse(null);
    }

    private @Nullable String licence(RouteQuote route) {
        Terms terms = route.terms();
        if (terms == null || !settings.commercialUse() || !Boolean.FALSE.equals(terms.commercialUse())) return null;
        return "the licence of %s (%s) forbids commercial use; set \"commercialUse\": false if there is none"
                .formatted(terms.model(), terms.licence());
    }

    private @Nullable String endOfLife(RouteQuote route) {
        LocalDate end = end(route);
        if (end == null || end.isAfter(today.plusMonths(settings.lifetimeMonths()))) return null;
        return "the model is gone from %s on, and is wanted for %d months".formatted(end, settings.lifetimeMonths());
    }

    private @Nullable String region(RouteQuote route) {
        Terms terms = route.terms();
        String wanted = settings.region();
        if (wanted == null || route.provider().equals("local")) return null;
        if (here != null && OWN.contains(route.provider()))
            return here.equals(wanted) ? null : "this installation trains in %s, not in %s".formatted(here, wanted);
        if (terms == null || terms.regions().isEmpty())
            return "no region is told for it, so it cannot be told to stay in " + wanted;
        return terms.regions().contains(wanted)
                ? null
                : "it is offered in %s, not in %s".formatted(String.join(", ", terms.regions()), wanted);
    }

    /// A service inside the account is asked in the region of this installation.
    private @Nullable String elsewhere(RouteQuote route) {
        Terms terms = route.terms();
        if (here == null || terms == null || OWN.contains(route.provider()) || !terms.insideAccount()) return null;
        return terms.regions().isEmpty() || terms.regions().contains(here)
                ? null
                : "it is offered in %s, and this installation orders in %s"
                        .formatted(String.join(", ", terms.regions()), here);
    }

    private @Nullable String tooLong(RouteQuote route) {
        Range seconds = route.trainingSeconds();
        if (seconds == null || seconds.expected().compareTo(BigDecimal.valueOf(LONGEST_SECONDS)) <= 0) return null;
        return "would take about %s, and a job is ended after %s; set fewer epochs, maxSteps or maxSeconds"
                .formatted(Spoken.time(seconds.expected()), Spoken.time(BigDecimal.valueOf(LONGEST_SECONDS)));
    }

    private @Nullable String cap(RouteQuote route) {
        if (route.trainingUsd() == null || route.trainingSeconds() == null) return "it has no price or no time";
        BigDecimal high = route.trainingUsd().high();
        BigDecimal most = settings.maxCostUsd();
        return high.compareTo(most) <= 0
                ? null
                : "may cost up to $%s, the drop's cap is $%s"
                        .formatted(RouteRules.money(high, most), RouteRules.money(most, high));
    }
}

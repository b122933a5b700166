package dev.tunedrop.functions.route;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Decision.NotTaken;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.page.Spoken;

/// Eligibility, then a route that the settings name, then the plan, then the preference, then cost, time and
/// name. Every route that is not taken has a reason.
public final class RouteRules {

    private RouteRules() {}

    /// What a choice is made from.
    ///
    /// @param excluded route → why its provider refused it for good
    /// @param lacking provider → what is missing before it can be ordered from
    /// @param here region whose services an order would go to; absent: not known
    /// @param answering whether a model of this dataset answers already
    public record Question(
            Quote quote,
            RunSettings settings,
            DatasetFacts dataset,
            Map<String, String> excluded,
            Map<String, String> lacking,
            @Nullable String here,
            boolean answering) {

        public Question {
            excluded = Map.copyOf(excluded);
            lacking = Map.copyOf(lacking);
        }

        Question withEverythingSetUp() {
            return new Question(quote, settings, dataset, excluded, Map.of(), here, answering);
        }
    }

    public static Decision choose(Question question) {
        Quote quote = question.quote();
        RunSettings settings = question.settings();
        LocalDate today = quote.at().atOffset(ZoneOffset.UTC).toLocalDate();
        Eligibility eligibility = new Eligibility(question, today);
        List<NotTaken> notTaken = new ArrayList<>();
        List<RouteQuote> eligible = new ArrayList<>();
        for (RouteQuote route : quote.routes()) {
            Optional<String> refusal = eligibility.refusal(route);
            if (refusal.isPresent()) notTaken.add(new NotTaken(route.route(), refusal.get()));
            else eligible.add(route);
        }
        eligible.sort(order(settings.prefer()));
        if (eligible.isEmpty())
            return new Decision(
                    quote.runId(),
                    null,
                    List.of("no route is possible"),
                    notTaken,
                    BigDecimal.ZERO,
                    false,
                    quote.tradeOffs());
        Wish wish = wish(question, eligible, notTaken);
        RouteQuote chosen = wish.route() == null ? eligible.getFirst() : wish.route();
        for (RouteQuote other : eligible)
            if (!other.route().equals(chosen.route()))
                notTaken.add(new NotTaken(
                        other.route(),
                        wish.route() == null ? comparison(chosen, other, settings.prefer()) : wish.inShort()));
        boolean approval = usd(chosen).expected().compareTo(settings.approvalAboveUsd()) > 0;
        List<String> reasons = new ArrayList<>(wish.reasons());
        if (wish.route() == null) reasons.add(preferred(eligible.size(), settings.prefer()));
        unused(question, eligible, today).ifPresent(reasons::add);
        elsewhere(question.here(), chosen).ifPresent(reasons::add);
        reasons.addAll(figures(chosen, settings, approval));
        return new Decision(
                quote.runId(), chosen.route(), reasons, notTaken, usd(chosen).high(), approval, quote.tradeOffs());
    }

    /// What goes before the preference.
    ///
    /// @param route absent: nothing does
    /// @param reasons what is to be said of it in any case
    private record Wish(@Nullable RouteQuote route, String inShort, List<String> reasons) {}

    private static Wish wish(Question question, List<RouteQuote> eligible, List<NotTaken> notTaken) {
        String named = question.settings().route();
        List<String> reasons = new ArrayList<>();
        if (named != null) {
            Optional<RouteQuote> found = eligible.stream()
                    .filter(route -> named(route.route(), named))
                    .findFirst();
            if (found.isPresent())
                return new Wish(found.get(), "the settings name " + named, List.of("named by the settings: " + named));
            reasons.add("the settings name %s, which is not possible: %s"
                    .formatted(
                            named,
                            notTaken.stream()
                                    .filter(not -> named(not.route(), named))
                                    .map(NotTaken::reason)
                                    .findFirst()
                                    .orElse("there is no such route")));
        }
        if (question.settings().plan() == RunSettings.Plan.PROTOTYPE_THEN_OWN)
            return PrototypeThenOwn.choose(question, eligible)
                    .map(step -> new Wish(step.route(), step.inShort(), join(reasons, step.reasons())))
                    .orElseGet(() -> new Wish(null, "", reasons));
        return new Wish(null, "", reasons);
    }

    /// A name names its route, or every route that it is the beginning of, part by part.
    public static boolean named(String route, String name) {
        return route.equals(name) || route.startsWith(name.endsWith("/") ? name : name + "/");
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    static Comparator<RouteQuote> order(RunSettings.Preference preference) {
        Comparator<RouteQuote> cost = Comparator.comparing(route -> usd(route).expected());
        Comparator<RouteQuote> time =
                Comparator.comparing(route -> seconds(route).expected());
        Comparator<RouteQuote> preferred = switch (preference) {
            case COST -> cost.thenComparing(time);
            case TIME -> time.thenComparing(cost);
            case CONTROL ->
                Comparator.comparingInt(RouteRules::distance)
                        .thenComparing(RouteQuote::spot)
                        .thenComparing(cost)
                        .thenComparing(time);
        };
        return preferred.thenComparing(RouteQuote::route);
    }

    /// 0 our own trainer, 1 a service inside the account, 2 one outside.
    private static int distance(RouteQuote route) {
        if (Eligibility.OWN.contains(route.provider())) return 0;
        return Eligibility.insideAccount(route) ? 1 : 2;
    }

    /// Services that lack nothing but their set-up.
    private static Optional<String> unused(Question question, List<RouteQuote> eligible, LocalDate today) {
        Eligibility otherwise = new Eligibility(question.withEverythingSetUp(), today);
        List<String> services = question.quote().routes().stream()
                .filter(route ->
                        !eligible.contains(route) && otherwise.refusal(route).isEmpty())
                .map(RouteQuote::provider)
                .distinct()
                .sorted()
                .toList();
        return services.isEmpty()
                ? Optional.empty()
                : Optional.of("possible too, once set up: " + String.join(", ", services));
    }

    /// Rented machines are priced in the region of the table.
    private static Optional<String> elsewhere(@Nullable String here, RouteQuote chosen) {
        if (here == null || chosen.terms() == null || !Eligibility.OWN.contains(chosen.provider()))
            return Optional.empty();
        List<String> regions = chosen.terms().regions();
        return regions.isEmpty() || regions.contains(here)
                ? Optional.empty()
                : Optional.of("risk: Its price is of %s, and it is rented in %s; refresh-prices brings that region's."
                        .formatted(String.join(", ", regions), here));
    }

    private static String preferred(int eligible, RunSettings.Preference preference) {
        if (eligible == 1) return "the only route that can be taken here";
        String among = "of %d routes that can be taken here".formatted(eligible);
        return switch (preference) {
            case COST -> "cheapest " + among;
            case TIME -> "fastest " + among;
            case CONTROL -> "cheapest that is ours and is never interrupted, " + among;
        };
    }

    private static List<String> figures(RouteQuote chosen, RunSettings settings, boolean approval) {
        List<String> reasons = new ArrayList<>();
        reasons.add("expected $%s and %s, at most $%s"
                .formatted(
                        money(usd(chosen).expected()),
                        Spoken.time(seconds(chosen).expected()),
                        money(usd(chosen).high())));
        if (chosen.memoryGiB() != null && chosen.deviceMemoryGiB() != null)
            reasons.add("needs %s of %s GiB of memory".formatted(chosen.memoryGiB(), chosen.deviceMemoryGiB()));
        if (chosen.pastRuns() != null)
            reasons.add("%d earlier runs of its kind were off by %s %% on average"
                    .formatted(chosen.pastRuns().runs(), chosen.pastRuns().meanAbsoluteErrorPercent()));
        if (chosen.terms() != null) chosen.terms().risks().forEach(risk -> reasons.add("risk: " + risk));
        if (approval) reasons.add("above $%s a person must approve".formatted(money(settings.approvalAboveUsd())));
        return reasons;
    }

    private static String comparison(RouteQuote chosen, RouteQuote other, RunSettings.Preference preference) {
        String dearer = dearer(chosen, other);
        String slower = slower(chosen, other);
        int cost = usd(other).expected().compareTo(usd(chosen).expected());
        int time = seconds(other).expected().compareTo(seconds(chosen).expected());
        return switch (preference) {
            case COST -> cost != 0 ? dearer : time != 0 ? "as dear, " + slower : "as dear and as slow, a later name";
            case TIME -> time != 0 ? slower : cost != 0 ? "as slow, " + dearer : "as dear and as slow, a later name";
            case CONTROL -> {
                if (distance(other) > distance(chosen)) yield "the model would not be ours";
                yield other.spot() && !chosen.spot() ? "a spot instance can be taken away" : dearer;
            }
        };
    }

    private static String slower(RouteQuote chosen, RouteQuote other) {
        BigDecimal less = seconds(chosen).expected();
        BigDecimal more = seconds(other).expected();
        boolean alike = Spoken.time(more).equals(Spoken.time(less));
        return alike
                ? "expected %s s against %s s".formatted(more.toPlainString(), less.toPlainString())
                : "expected %s against %s".formatted(Spoken.time(more), Spoken.time(less));
    }

    private static String dearer(RouteQuote chosen, RouteQuote other) {
        BigDecimal less = usd(chosen).expected();
        BigDecimal more = usd(other).expected();
        return "expected $%s against $%s".formatted(money(more, less), money(less, more));
    }

    /// In cents, or in as many digits as it takes to tell it from another amount.
    static String money(BigDecimal usd, BigDecimal other) {
        boolean alike = usd.compareTo(other) != 0 && money(usd).equals(money(other));
        return alike ? usd.toPlainString() : money(usd);
    }

    static Range usd(RouteQuote route) {
        return Objects.requireNonNull(route.trainingUsd(), "a possible route has a price");
    }

    static Range seconds(RouteQuote route) {
        return Objects.requireNonNull(route.trainingSeconds(), "a possible route has a duration");
    }

    static String money(BigDecimal usd) {
        return usd.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}

package dev.tunedrop.functions.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Decision.NotTaken;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.functions.page.Spoken;

/// A quote and its decision as a table for a terminal: the recommendation, the routes that could be taken, then why the
/// others cannot, one line for each reason.
final class QuoteText {

    private static final int LONGEST_REASON = 100;
    private static final int ROUTES_NAMED = 3;
    private static final BigDecimal CENT = new BigDecimal("0.01");
    private static final int OWN_PARTS = 3;

    private final PrintWriter out;
    private final boolean all;

    QuoteText(PrintWriter out, boolean all) {
        this.out = out;
        this.all = all;
    }

    void print(Quote quote, Decision decision, boolean estimated) {
        Map<String, String> reasons = new HashMap<>();
        decision.notTaken().forEach(not -> reasons.put(not.route(), not.reason()));
        out.println(decision.chosen() == null ? "No route is possible." : "Recommended: " + decision.chosen());
        decision.reasons().forEach(reason -> out.println("  - " + reason));
        out.println();
        table(shown(quote, decision).stream()
                .sorted(Comparator.comparing(
                                (RouteQuote route) -> !route.route().equals(decision.chosen()))
                        .thenComparing(route -> !route.possible())
                        .thenComparing(QuoteText::expected))
                .map(route -> row(route, decision, reasons))
                .toList());
        if (!all) {
            breakEven(quote);
            alternatives(quote);
            others(quote, decision);
        }
        out.println();
        if (estimated) out.println("Tokens are estimated from the file's size: the base's tokenizer is not here.");
        out.printf(
                "The oldest price is of %s%s.%n",
                quote.priceTableDate(), quote.priceTableStale() ? ", too old to rely on" : "");
        if (quote.notes() != null) quote.notes().forEach(out::println);
    }

    /// All of them; or the services, and of our own trainer's routes the cheapest for each GPU, on demand and spot.
    private List<RouteQuote> shown(Quote quote, Decision decision) {
        if (all) return quote.routes();
        Map<String, RouteQuote> cheapest = new LinkedHashMap<>();
        for (RouteQuote route : quote.routes()) {
            if (!route.possible()) continue;
            String kind = route.terms() == null ? route.route() : route.terms().kind() + route.spot();
            if (route.route().equals(decision.chosen())) cheapest.put(kind, route);
            else
                cheapest.merge(
                        kind,
                        route,
                        (old, other) -> old.route().equals(decision.chosen())
                                        || expected(old).compareTo(expected(other)) <= 0
                                ? old
                                : other);
        }
        return List.copyOf(cheapest.values());
    }

    private void breakEven(Quote quote) {
        List<RouteQuote> services = quote.routes().stream()
                .filter(route -> route.breakEvenTokensPerMonth() != null)
                .sorted(Comparator.comparing(route -> Objects.requireNonNull(route.breakEvenTokensPerMonth())))
                .toList();
        if (services.isEmpty()) return;
        out.println();
        out.println("An adapter of our own, its endpoint always on, is cheaper than");
        for (RouteQuote route : services)
            out.println("  " + route.route() + from(Objects.requireNonNull(route.breakEvenTokensPerMonth())));
    }

    private static String from(long tokens) {
        return tokens == 0 ? " at any traffic" : String.format(Locale.ROOT, " from %,d tokens a month", tokens);
    }

    /// Other bases and methods of our own trainer, each on its cheapest machine.
    private void alternatives(Quote quote) {
        List<List<String>> rows = quote.routes().stream()
                .filter(route -> alternative(route) && route.trainingUsd() != null)
                .sorted(Comparator.comparing(QuoteText::expected))
                .map(route -> List.of(
                        route.terms() == null ? "" : route.terms().model(),
                        route.method(),
                        route.instance() + (route.spot() ? " spot" : ""),
                        money(route.trainingUsd()),
                        time(route.trainingSeconds()),
                        money(route.servingUsdPerMonth()),
                        fits(route),
                        route.terms() != null
                                        && Boolean.FALSE.equals(route.terms().commercialUse())
                                ? route.terms().licence() + ": no commercial use"
                                : ""))
                .toList();
        if (rows.isEmpty()) return;
        out.println();
        out.println("Other bases and methods of our own trainer (set \"base\" and \"method\" to take one):");
        table(
                List.of(
                        "base",
                        "method",
                        "machine",
                        "training $ low / expected / high",
                        "time",
                        "serving $/month",
                        "fits",
                        "note"),
                rows);
    }

    /// A route of our own has two slashes, one for another base or method has four.
    private static boolean alternative(RouteQuote route) {
        return route.provider().equals("batch") && route.route().split("/", -1).length > OWN_PARTS;
    }

    private static List<String> row(RouteQuote route, Decision decision, Map<String, String> reasons) {
        boolean chosen = route.route().equals(decision.chosen());
        String reason = chosen ? "recommended" : reasons.getOrDefault(route.route(), "");
        return List.of(
                route.route(),
                route.terms() == null ? "" : route.terms().model(),
                money(route.trainingUsd()),
                time(route.trainingSeconds()),
                money(route.servingUsdPerMonth()),
                fits(route),
                reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason);
    }

    private void table(List<List<String>> rows) {
        table(
                List.of("route", "model", "training $ low / expected / high", "time", "serving $/month", "fits", "why"),
                rows);
    }

    private void table(List<String> heads, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(heads);
        lines.addAll(rows);
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines)
            for (int i = 0; i < widths.length; i++)
                widths[i] = Math.max(widths[i], line.get(i).length());
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++)
                text.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            out.println(text.toString().stripTrailing());
        }
    }

    /// Why the rest is not possible, the same reason once.
    private void others(Quote quote, Decision decision) {
        List<String> impossible = quote.routes().stream()
                .filter(route -> !route.possible() && !alternative(route))
                .map(RouteQuote::route)
                .toList();
        Map<String, List<String>> byReason = decision.notTaken().stream()
                .filter(not -> impossible.contains(not.route()))
                .collect(Collectors.groupingBy(
                        NotTaken::reason,
                        LinkedHashMap::new,
                        Collectors.mapping(NotTaken::route, Collectors.toList())));
        if (byReason.isEmpty()) return;
        out.println();
        out.println("Not possible (--all lists every route):");
        byReason.forEach((reason, routes) -> out.println("  - " + named(routes) + ": " + reason));
    }

    private static String named(List<String> routes) {
        int more = routes.size() - ROUTES_NAMED;
        return String.join(", ", routes.subList(0, Math.min(ROUTES_NAMED, routes.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static BigDecimal expected(RouteQuote route) {
        return route.trainingUsd() == null
                ? BigDecimal.ZERO
                : route.trainingUsd().expected();
    }

    private static String fits(RouteQuote route) {
        if (route.memoryGiB() == null || route.deviceMemoryGiB() == null) return "-";
        String word = route.memoryGiB().compareTo(route.deviceMemoryGiB()) <= 0 ? "yes" : "no";
        return "%s, %.1f of %.0f GiB"
                .formatted(
                        word,
                        route.memoryGiB().doubleValue(),
                        route.deviceMemoryGiB().doubleValue());
    }

    private static String money(@Nullable Range usd) {
        return usd == null ? "-" : money(usd.low()) + " / " + money(usd.expected()) + " / " + money(usd.high());
    }

    private static String money(@Nullable BigDecimal usd) {
        if (usd == null) return "-";
        if (usd.signum() > 0 && usd.compareTo(CENT) < 0) return "<0.01";
        return usd.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    private static String time(@Nullable Range seconds) {
        if (seconds == null) return "-";
        return Spoken.time(seconds.low()) + " / " + Spoken.time(seconds.expected()) + " / "
                + Spoken.time(seconds.high());
    }
}

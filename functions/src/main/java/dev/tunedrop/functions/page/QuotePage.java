package dev.tunedrop.functions.page;

import static dev.tunedrop.functions.page.Html.number;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.TradeOffs;
import dev.tunedrop.events.run.Range;

/// A quote and the decision on it as one self-contained page: what was chosen and why, what every route costs, why each
/// other one was not taken, what a team gains and gives up.
public final class QuotePage {

    private static final BigDecimal CENT = new BigDecimal("0.01");

    private QuotePage() {}

    /// @param title the dataset's name
    public static String html(String title, Quote quote, Decision decision) {
        Html page = new Html();
        Page.open(page, "Quote: " + title, "wide");
        page.add("<h1>%s</h1>", "Quote: " + title);
        recommendation(page, quote, decision);
        Map<String, String> reasons = new LinkedHashMap<>();
        decision.notTaken().forEach(not -> reasons.put(not.route(), not.reason()));
        List<RouteQuote> possible = quote.routes().stream()
                .filter(RouteQuote::possible)
                .sorted(Comparator.comparing((RouteQuote r) -> !r.route().equals(decision.chosen()))
                        .thenComparing(QuotePage::expected))
                .toList();
        table(page, "Routes that can be priced and fit", possible, decision, reasons);
        breakEven(page, quote);
        List<RouteQuote> others =
                quote.routes().stream().filter(route -> !route.possible()).toList();
        page.raw("<details class=\"card\"><summary>");
        page.text(number(others.size()) + " other routes, and why not").raw("</summary>\n");
        table(page, "Not possible", others, decision, reasons);
        page.raw("</details>\n");
        tradeOffs(page, quote.tradeOffs());
        notes(page, quote);
        return Page.close(page);
    }

    private static void recommendation(Html page, Quote quote, Decision decision) {
        if (decision.chosen() == null)
            page.add("<p><span class=\"pill bad\">no route</span> %s</p>", "No route is possible.");
        else
            page.add(
                    "<p><span class=\"pill %s\">%s</span> <code>%s</code></p>",
                    decision.needsApproval() ? "warn" : "good",
                    decision.needsApproval() ? "needs approval" : "recommended",
                    decision.chosen());
        page.raw("<ul>\n");
        for (String reason : decision.reasons()) page.add("<li>%s</li>", reason);
        page.raw("</ul>\n");
        page.add(
                "<p class=\"soft small\">Prices of %s%s. Quoted %s.</p>",
                quote.priceTableDate(), quote.priceTableStale() ? ", too old to rely on" : "", quote.at());
    }

    private static void table(
            Html page, String title, List<RouteQuote> routes, Decision decision, Map<String, String> reasons) {
        if (routes.isEmpty()) return;
        page.add("<h2>%s</h2>", title);
        page.raw("<div class=\"scroll\"><table><thead><tr><th>Route</th><th>Model</th><th class=\"n\">Training, low"
                + " – expected – high</th><th class=\"n\">Time</th><th class=\"n\">Serving a month</th>"
                + "<th class=\"n\">Memory</th><th>Why</th></tr></thead><tbody>\n");
        for (RouteQuote route : routes) {
            boolean chosen = route.route().equals(decision.chosen());
            page.add(
                    "<tr><td><code>%s</code></td><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td"
                            + " class=\"n\">%s</td><td class=\"n\">%s</td><td>%s</td></tr>",
                    route.route(),
                    route.terms() == null ? "" : route.terms().model(),
                    usd(route.trainingUsd()),
                    time(route.trainingSeconds()),
                    money(route.servingUsdPerMonth()),
                    memory(route),
                    chosen ? "recommended" : Objects.requireNonNullElse(reasons.get(route.route()), ""));
        }
        page.raw("</tbody></table></div>\n");
    }

    private static void breakEven(Html page, Quote quote) {
        List<RouteQuote> services = quote.routes().stream()
                .filter(route -> route.breakEvenTokensPerMonth() != null)
                .toList();
        if (services.isEmpty()) return;
        page.raw("<h2>From when on an adapter of our own is cheaper</h2><ul>\n");
        for (RouteQuote route : services)
            page.add(
                    "<li><code>%s</code>: from %s tokens a month</li>",
                    route.route(), number(Objects.requireNonNull(route.breakEvenTokensPerMonth())));
        page.raw("</ul>\n");
    }

    private static void tradeOffs(Html page, @Nullable Map<String, TradeOffs> all) {
        if (all == null || all.isEmpty()) return;
        page.raw("<h2>What you gain and give up</h2><div class=\"scroll\"><table><thead><tr><th>Provider</th>"
                + "<th>Customisation</th><th>Privacy</th><th>Control</th><th>Transparency</th><th>Up front</th>"
                + "<th>At scale</th><th>Operations</th><th>Quality</th></tr></thead><tbody>\n");
        all.forEach((provider, t) -> page.add(
                "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
                provider,
                t.customisation(),
                t.privacy(),
                t.control(),
                t.transparency(),
                t.upFrontCost(),
                t.costAtScale(),
                t.operations(),
                t.quality()));
        page.raw("</tbody></table></div>\n");
    }

    private static void notes(Html page, Quote quote) {
        if (quote.notes() == null) return;
        page.raw("<h2>Assumptions</h2><ul class=\"soft small\">\n");
        for (String note : quote.notes()) page.add("<li>%s</li>", note);
        page.raw("</ul>\n");
    }

    private static BigDecimal expected(RouteQuote route) {
        return route.trainingUsd() == null
                ? BigDecimal.ZERO
                : route.trainingUsd().expected();
    }

    private static String usd(@Nullable Range usd) {
        return usd == null ? "–" : money(usd.low()) + " – " + money(usd.expected()) + " – " + money(usd.high());
    }

    private static String money(@Nullable BigDecimal usd) {
        if (usd == null) return "–";
        if (usd.signum() > 0 && usd.compareTo(CENT) < 0) return "<$0.01";
        return "$" + usd.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    private static String time(@Nullable Range seconds) {
        return seconds == null ? "–" : Spoken.time(seconds.low()) + " – " + Spoken.time(seconds.high());
    }

    private static String memory(RouteQuote route) {
        return route.memoryGiB() == null || route.deviceMemoryGiB() == null
                ? "–"
                : "%.1f of %.0f GiB"
                        .formatted(
                                route.memoryGiB().doubleValue(),
                                route.deviceMemoryGiB().doubleValue());
    }
}

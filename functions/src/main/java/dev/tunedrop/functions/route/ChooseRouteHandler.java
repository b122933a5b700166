package dev.tunedrop.functions.route;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.DatasetReport;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.Configuration;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.managed.Services;
import dev.tunedrop.functions.page.QuotePage;
import dev.tunedrop.functions.provider.Providers;
import dev.tunedrop.functions.publish.Names;

/// Writes the decision and says what follows it.
public final class ChooseRouteHandler extends JsonHandler<Step.Choice, Step.Chosen> {

    /// Stands for every route on spot machines: what the workflow says when none came.
    private static final String SPOT = "spot";

    private static final String RENTED = "batch";
    private static final int ATTEMPTS = 5;
    private static final long SHORTEST_WALL_SECONDS = 1800;

    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);

    private final Cloud cloud;
    private final Providers providers;
    private final @Nullable String here;

    public ChooseRouteHandler() {
        this(Wiring.services(), Configuration.local() ? null : Configuration.find("AWS_REGION"));
    }

    /// @param here region that services of the account are asked in; absent where nothing is known of it
    public ChooseRouteHandler(Services services, @Nullable String here) {
        super(Step.Choice.class);
        this.here = here;
        this.cloud = services.cloud();
        this.providers = services.providers();
    }

    @Override
    public Step.Chosen handle(Step.Choice input) {
        RunFiles files = new RunFiles(input.runId());
        RunSettings settings = cloud.artefacts().json(files.settings(), RunSettings.class);
        Quote quote = cloud.artefacts().json(files.quote(), Quote.class);
        DropRef drop = cloud.artefacts().json(files.drop(), DropRef.class);
        boolean answering = cloud.ledger().alias(Names.endpoint(drop, settings)).isPresent();
        Decision decision = RouteRules.choose(new RouteRules.Question(
                quote, settings, dataset(files, settings), excluded(input, quote), lacking(quote), here, answering));
        cloud.artefacts().putJson(files.decision(), decision);
        cloud.artefacts()
                .put(
                        files.quotePage(),
                        QuotePage.html(drop.dataset(), quote, decision).getBytes(StandardCharsets.UTF_8),
                        "text/html; charset=utf-8");
        String route = decision.chosen() == null ? "" : decision.chosen();
        return new Step.Chosen(
                next(decision, drop),
                reason(decision),
                ATTEMPTS,
                wall(quote, decision),
                rate(quote, decision),
                route,
                route.contains("/") ? route.substring(0, route.indexOf('/')) : "",
                chosen(quote, decision)
                        .filter(taken -> taken.provider().equals(RENTED) && !taken.spot())
                        .isPresent());
    }

    private DatasetFacts dataset(RunFiles files, RunSettings settings) {
        return DatasetFacts.of(settings.privacy(), cloud.artefacts().json(files.report(), DatasetReport.class));
    }

    private Map<String, String> lacking(Quote quote) {
        Map<String, String> lacking = new TreeMap<>();
        quote.routes().stream()
                .map(Quote.RouteQuote::provider)
                .filter(provider -> !Eligibility.OWN.contains(provider))
                .distinct()
                .forEach(provider -> providers.lacking(provider).ifPresent(what -> lacking.put(provider, what)));
        return lacking;
    }

    private static Map<String, String> excluded(Step.Choice input, Quote quote) {
        Map<String, String> excluded = new TreeMap<>();
        if (input.excluded() != null) input.excluded().forEach(route -> excluded.put(route.route(), route.reason()));
        String noSpot = excluded.remove(SPOT);
        if (noSpot != null)
            quote.routes().stream()
                    .filter(Quote.RouteQuote::spot)
                    .forEach(route -> excluded.putIfAbsent(route.route(), noSpot));
        return excluded;
    }

    private static Step.Next next(Decision decision, DropRef drop) {
        if (drop.dryRun()) return Step.Next.QUOTED;
        if (decision.chosen() == null) return Step.Next.NO_ROUTE;
        return decision.needsApproval() ? Step.Next.APPROVE : Step.Next.TRAIN;
    }

    private static String reason(Decision decision) {
        if (decision.chosen() != null) return String.join("; ", decision.reasons());
        String first = decision.notTaken().isEmpty()
                ? ""
                : "; " + decision.notTaken().getFirst().route() + " "
                        + decision.notTaken().getFirst().reason();
        return "no-route: none of " + decision.notTaken().size() + " routes is possible" + first
                + ". Raise maxCostUsd, shorten maxTokens, or choose a smaller base.";
    }

    /// What an hour of the chosen route costs: the quote's expected cost over its expected time.
    static String rate(Quote quote, Decision decision) {
        return chosen(quote, decision)
                .filter(route -> route.trainingUsd() != null && route.trainingSeconds() != null)
                .map(route -> usdPerHour(
                        Objects.requireNonNull(route.trainingUsd()).expected(),
                        Objects.requireNonNull(route.trainingSeconds()).expected()))
                .orElse(BigDecimal.ZERO)
                .toPlainString();
    }

    private static BigDecimal usdPerHour(BigDecimal usd, BigDecimal seconds) {
        return seconds.signum() == 0
                ? BigDecimal.ZERO
                : usd.multiply(SECONDS_PER_HOUR).divide(seconds, 4, RoundingMode.HALF_UP);
    }

    private static Optional<Quote.RouteQuote> chosen(Quote quote, Decision decision) {
        return quote.routes().stream()
                .filter(route -> route.route().equals(decision.chosen()))
                .findFirst();
    }

    /// Twice the high estimate: a job that takes longer hangs.
    private static long wall(Quote quote, Decision decision) {
        return chosen(quote, decision)
                .map(Quote.RouteQuote::trainingSeconds)
                .map(seconds -> seconds.high().multiply(BigDecimal.TWO).longValue())
                .map(seconds -> Math.clamp(seconds, SHORTEST_WALL_SECONDS, Eligibility.LONGEST_SECONDS))
                .orElse(SHORTEST_WALL_SECONDS);
    }
}

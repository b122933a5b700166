package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.TradeOffs;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.quote.Catalogue.Table;

/// Prices every route: our own trainer on each machine, on demand and spot, on this machine where jobs run here, other
/// bases and methods, and every managed service.
public final class QuoteRules {

    /// State changes of one run, chunks apart, and what its functions take.
    private static final long TRANSITIONS = 30;
    private static final long FUNCTION_GB_SECONDS = 120;
    private static final long FUNCTION_CALLS = 20;

    private final Catalogue catalogue;
    private final @Nullable Machine machine;
    private final Map<String, Integer> vcpuQuotas;
    private final PastRuns past;

    /// The machine that jobs run on where there is no Batch.
    public record Machine(int cores, double memoryGiB) {}

    /// @param machine absent where jobs run on rented instances
    public QuoteRules(Catalogue catalogue, @Nullable Machine machine) {
        this(catalogue, machine, Map.of(), PastRuns.none());
    }

    /// @param vcpuQuotas first letter of an instance family → virtual CPUs the account may rent
    public QuoteRules(Catalogue catalogue, @Nullable Machine machine, Map<String, Integer> vcpuQuotas, PastRuns past) {
        this.catalogue = catalogue;
        this.machine = machine;
        this.vcpuQuotas = Map.copyOf(vcpuQuotas);
        this.past = past;
    }

    public Quote quote(String runId, BaseFacts base, Lesson lesson, Instant now) {
        RunSettings settings = lesson.settings();
        LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        List<RouteQuote> routes =
                new ArrayList<>(new OwnRoutes(catalogue, machine, vcpuQuotas, past, lesson, today).of(base));
        routes.addAll(new ManagedRoutes(catalogue, past, lesson, today).of(own(base, settings, routes)));
        return new Quote(
                runId,
                now,
                priced(routes).min(Comparator.naturalOrder()).orElse(catalogue.oldestPrice()),
                priced(routes, OwnRoutes.BATCH)
                                .anyMatch(day -> catalogue.instances().stale(day, today))
                        || services(routes).anyMatch(day -> catalogue.managed().stale(day, today)),
                routes,
                notes(base, settings, routes, today),
                tradeOffs(routes));
    }

    /// The days of the prices that were used.
    private static Stream<LocalDate> priced(List<RouteQuote> routes) {
        return Stream.concat(priced(routes, OwnRoutes.BATCH), services(routes));
    }

    private static Stream<LocalDate> services(List<RouteQuote> routes) {
        return routes.stream()
                .map(RouteQuote::provider)
                .distinct()
                .filter(provider -> !provider.equals(OwnRoutes.BATCH) && !provider.equals(OwnRoutes.LOCAL))
                .flatMap(provider -> priced(routes, provider));
    }

    private static Stream<LocalDate> priced(List<RouteQuote> routes, String provider) {
        return routes.stream()
                .filter(route -> route.provider().equals(provider) && route.trainingUsd() != null)
                .map(route ->
                        route.terms() == null ? LocalDate.MIN : route.terms().asOf());
    }

    /// What a managed service is held against: the cheapest own route that is possible but for where jobs run.
    private Optional<ManagedRoutes.Own> own(BaseFacts base, RunSettings settings, List<RouteQuote> routes) {
        Optional<ServingCost.Endpoint> endpoint =
                ServingCost.own(catalogue.serving().rows(), base, settings.monthlyTokens());
        Optional<BigDecimal> training = routes.stream()
                .filter(route -> route.provider().equals(OwnRoutes.BATCH) && route.trainingUsd() != null)
                .filter(route -> route.terms() != null && route.terms().model().equals(base.name()))
                .filter(QuoteRules::fits)
                .map(route -> Objects.requireNonNull(route.trainingUsd()).expected())
                .min(Comparator.naturalOrder());
        return endpoint.flatMap(e -> training.map(usd -> new ManagedRoutes.Own(e, usd)));
    }

    private static boolean fits(RouteQuote route) {
        return route.memoryGiB() != null
                && route.deviceMemoryGiB() != null
                && route.memoryGiB().compareTo(route.deviceMemoryGiB()) <= 0;
    }

    private List<String> notes(BaseFacts base, RunSettings settings, List<RouteQuote> routes, LocalDate today) {
        List<String> notes = new ArrayList<>();
        notes.add("Serving is quoted at %,d tokens a month (monthlyTokens); an endpoint of our own is always on."
                .formatted(settings.monthlyTokens()));
        ServingCost.own(catalogue.serving().rows(), base, settings.monthlyTokens())
                .ifPresentOrElse(
                        endpoint -> notes.add(
                                "%s would be served on %s, which carries about %,d tokens a month at a tenth of its peak."
                                        .formatted(base.name(), endpoint.type(), endpoint.tokensPerMonth())),
                        () -> notes.add(
                                "No GPU of the catalogue's endpoints holds %s in 16 bits: serving it is not priced."
                                        .formatted(base.name())));
        notes.add("The pipeline around the training costs about $%s a run, which no route's figure holds."
                .formatted(pipelineUsd().toPlainString()));
        unconfirmed(routes).ifPresent(notes::add);
        for (Table<?> table : catalogue.tables())
            if (table.stale(today))
                notes.add("%s has rows older than %d days (the oldest of %s): they may have moved. Refresh them."
                        .formatted(table.name(), table.staleAfterDays(), table.oldest()));
        return notes;
    }

    /// What was quoted and is confirmed by no source.
    private Optional<String> unconfirmed(List<RouteQuote> routes) {
        List<String> names = new ArrayList<>();
        for (Catalogue.Managed model : catalogue.managed().rows())
            if (!model.unconfirmed().isEmpty()
                    && routes.stream()
                            .anyMatch(route -> route.route().equals(model.route()) && route.trainingUsd() != null))
                names.add(model.route());
        for (Catalogue.Serving machine : catalogue.serving().rows())
            if (!machine.unconfirmed().isEmpty()) names.add(machine.type() + " (serving)");
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("No source confirms the prices of %s: look them up before you rely on them."
                        .formatted(String.join(", ", names)));
    }

    private BigDecimal pipelineUsd() {
        return catalogue
                .serverlessUsd("step-functions-transitions", TRANSITIONS)
                .add(catalogue.serverlessUsd("lambda-gb-seconds-x86", FUNCTION_GB_SECONDS))
                .add(catalogue.serverlessUsd("lambda-requests", FUNCTION_CALLS))
                .setScale(4, RoundingMode.UP);
    }

    private Map<String, TradeOffs> tradeOffs(List<RouteQuote> routes) {
        Map<String, TradeOffs> quoted = new TreeMap<>();
        for (Catalogue.TradeOff row : catalogue.tradeOffs().rows())
            if (routes.stream().anyMatch(route -> route.provider().equals(row.provider())))
                quoted.put(row.provider(), row.tradeOffs());
        return quoted;
    }
}

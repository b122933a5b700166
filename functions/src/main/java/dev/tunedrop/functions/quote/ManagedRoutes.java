package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Quote.Terms;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.functions.quote.Catalogue.Managed;
import dev.tunedrop.functions.quote.Catalogue.Speed;

/// Routes of managed services: tokens x epochs x price, not below the service's minimum. Their tokenizers are not ours,
/// so low and high are the count less 15 % and more 25 %. Seconds are the wait and tokens x epochs over the tokens a
/// second that a service is thought to train. No service knows a limit on steps: it trains, and charges, whole epochs.
final class ManagedRoutes {

    private static final BigDecimal MILLION = new BigDecimal(1_000_000);
    private static final BigDecimal FEWER = new BigDecimal("0.85");
    private static final BigDecimal MORE = new BigDecimal("1.25");

    private final Catalogue catalogue;
    private final PastRuns past;
    private final Lesson lesson;
    private final RunSettings settings;
    private final LocalDate today;

    ManagedRoutes(Catalogue catalogue, PastRuns past, Lesson lesson, LocalDate today) {
        this.catalogue = catalogue;
        this.past = past;
        this.lesson = lesson;
        this.settings = lesson.settings();
        this.today = today;
    }

    /// The endpoint an adapter of our own would be served from, and what its training would cost.
    record Own(ServingCost.Endpoint endpoint, BigDecimal trainingUsd) {}

    List<RouteQuote> of(Optional<Own> own) {
        return catalogue.managed().rows().stream()
                .map(model -> route(model, own))
                .toList();
    }

    private RouteQuote route(Managed model, Optional<Own> own) {
        String kind = model.route() + "/" + method();
        Quote.PastRuns seen = past.seen(kind);
        Range usd = usd(model, seen);
        Speed speed = catalogue.speed("service");
        double tokens = Workload.epochTokens(lesson);
        Range seconds = new Range(
                whole(speed.startSecondsLow() + tokens / speed.low()),
                whole(speed.startSecondsExpected() + tokens / speed.expected()),
                whole(speed.startSecondsHigh() + tokens / speed.high()));
        return new RouteQuote(
                model.route(),
                model.provider(),
                method(),
                model.title(),
                false,
                refusals(model),
                usd,
                seen == null ? seconds : PastRuns.times(seconds, seen.timeFactor(), 0),
                ServingCost.managed(model, settings.monthlyTokens(), answerShare()),
                null,
                null,
                usd == null
                        ? null
                        : "tokens as the service's own tokenizer counts them, -15 to +25 %; how long a job queues and trains there",
                new Terms(
                        model.model(),
                        model.insideAccount(),
                        model.target(method()),
                        model.regions(),
                        model.licence(),
                        commercialUse(model),
                        model.endOfLife(),
                        risks(model),
                        model.source(),
                        model.asOf(),
                        kind,
                        model.usdPerMillion(method()),
                        model.minimumUsd()),
                own.filter(o -> usd != null)
                        .map(o -> ServingCost.breakEven(
                                model,
                                answerShare(),
                                o.endpoint(),
                                usd == null ? BigDecimal.ZERO : o.trainingUsd().subtract(usd.expected()),
                                settings.lifetimeMonths()))
                        .orElse(null),
                seen);
    }

    private @Nullable Range usd(Managed model, Quote.@Nullable PastRuns seen) {
        BigDecimal price = model.usdPerMillion(method());
        if (price == null) return null;
        BigDecimal tokens = BigDecimal.valueOf(Math.round(Workload.epochTokens(lesson)));
        BigDecimal usd = tokens.multiply(price).divide(MILLION, 8, RoundingMode.UP);
        if (seen != null) usd = usd.multiply(seen.costFactor());
        return new Range(atLeast(model, usd.multiply(FEWER)), atLeast(model, usd), atLeast(model, usd.multiply(MORE)));
    }

    private static BigDecimal atLeast(Managed model, BigDecimal usd) {
        BigDecimal minimum = model.minimumUsd();
        return (minimum == null ? usd : usd.max(minimum)).setScale(4, RoundingMode.UP);
    }

    private List<String> refusals(Managed model) {
        List<String> refusals = new ArrayList<>();
        if (lesson.labels()) refusals.add("tunes models that answer, and the rows are texts with labels");
        else if (!model.methods().contains(method())) refusals.add("does not tune by " + method());
        else if (model.usdPerMillion(method()) == null) refusals.add(unpriced(model));
        return refusals;
    }

    /// What is not known, where it is told and how to put it in.
    private String unpriced(Managed model) {
        String field = method().equals(Catalogue.DPO) && model.trainingUsdPerMillion() != null ? "dpo" : "training";
        return "cannot be priced: %s; look it up%s and put it as %sUsdPerMillion into a copy of managed.json, as %smanaged.json in the artefact bucket or in a folder for quote --catalogue"
                .formatted(
                        model.noPrice(method()),
                        model.priceList() == null ? "" : " at " + model.priceList(),
                        field,
                        CatalogueFiles.PREFIX);
    }

    /// Sentences of the row, and which of its figures are missing why.
    private List<String> risks(Managed model) {
        List<String> risks = new ArrayList<>(model.risks());
        if (model.usdPerMillion(method()) != null && catalogue.managed().stale(model.asOf(), today))
            risks.add("Its price is of %s and may have moved.".formatted(model.asOf()));
        model.unconfirmed().forEach(field -> risks.add("No source confirms its %s.".formatted(field)));
        model.absent().forEach((field, why) -> risks.add("No %s: %s.".formatted(field, why)));
        return risks;
    }

    /// A model of open weights is under its own licence, wherever it is tuned.
    private @Nullable Boolean commercialUse(Managed model) {
        if (model.base() == null) return true;
        return catalogue.bases().rows().stream()
                .filter(base -> base.id().equals(model.base()))
                .findFirst()
                .map(Catalogue.Base::commercialUse)
                .orElse(null);
    }

    private String method() {
        return lesson.pairs() ? Catalogue.DPO : "sft";
    }

    /// How much of a conversation the model writes: as much as in the dataset.
    private double answerShare() {
        long tokens = lesson.manifest().train().tokens();
        return tokens == 0 ? 0 : (double) lesson.manifest().train().trainedTokens() / tokens;
    }

    private static BigDecimal whole(double seconds) {
        return BigDecimal.valueOf(seconds).setScale(0, RoundingMode.UP);
    }
}

package dev.tunedrop.functions.budget;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;

import dev.tunedrop.events.metric.Metric;
import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Turns the reservation into what was spent and writes both beside what was quoted.
public final class SettleBudgetHandler extends JsonHandler<Step.Run, Step.Settled> {

    private final Cloud cloud;
    private final Clock clock;

    public SettleBudgetHandler() {
        this(Wiring.cloud(), Clock.systemUTC());
    }

    public SettleBudgetHandler(Cloud cloud, Clock clock) {
        super(Step.Run.class);
        this.cloud = cloud;
        this.clock = clock;
    }

    @Override
    public Step.Settled handle(Step.Run input) {
        RunFiles files = new RunFiles(input.runId());
        Decision decision = cloud.artefacts().json(files.decision(), Decision.class);
        RouteQuote route = cloud.artefacts().json(files.quote(), Quote.class).routes().stream()
                .filter(r -> r.route().equals(decision.chosen()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the quote has no route " + decision.chosen()));
        Spending spent = Spending.of(cloud.artefacts(), files, route)
                .orElseThrow(() -> new IllegalStateException("nothing has left a result of run " + input.runId()));
        Range seconds = Objects.requireNonNull(route.trainingSeconds());
        Range usd = Objects.requireNonNull(route.trainingUsd());
        cloud.artefacts()
                .putJson(
                        files.settlement(),
                        new Settlement(
                                input.runId(),
                                route.route(),
                                decision.reserveUsd(),
                                usd.expected(),
                                spent.usd(),
                                seconds.expected().doubleValue(),
                                spent.seconds(),
                                route.terms() == null ? null : route.terms().kind()));
        cloud.budget().settle(input.runId(), spent.usd());
        // A run that stopped early says nothing of how long one takes.
        if (spent.whole())
            Lessons.of(input.runId(), route, spent.seconds(), spent.usd(), clock.instant())
                    .ifPresent(cloud.ledger()::noteActual);
        DayFigures.report(
                cloud,
                clock.instant(),
                input.runId(),
                Map.of(Metric.QUOTED_USD, usd.expected(), Metric.ACTUAL_USD, spent.usd()));
        return new Step.Settled(spent.usd().toPlainString());
    }
}

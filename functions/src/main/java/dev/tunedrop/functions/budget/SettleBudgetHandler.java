package dev.tunedrop.functions.budget;

import java.util.Objects;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.Settlement;
import dev.tunedrop.functions.JsonHandler;
import dev.tunedrop.functions.Step;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;

/// Turns the reservation into what was spent and writes both beside what was quoted.
public final class SettleBudgetHandler extends JsonHandler<Step.Run, Step.Settled> {

    private final Cloud cloud;

    public SettleBudgetHandler() {
        this(Wiring.cloud());
    }

    public SettleBudgetHandler(Cloud cloud) {
        super(Step.Run.class);
        this.cloud = cloud;
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
        cloud.artefacts()
                .putJson(
                        files.settlement(),
                        new Settlement(
                                input.runId(),
                                route.route(),
                                decision.reserveUsd(),
                                Objects.requireNonNull(route.trainingUsd()).expected(),
                                spent.usd(),
                                Objects.requireNonNull(route.trainingSeconds())
                                        .expected()
                                        .doubleValue(),
                                spent.seconds()));
        cloud.budget().settle(input.runId(), spent.usd());
        return new Step.Settled(spent.usd().toPlainString());
    }
}

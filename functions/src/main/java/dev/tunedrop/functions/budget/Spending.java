package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

import dev.tunedrop.events.run.Decision;
import dev.tunedrop.events.run.ManagedResult;
import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.functions.cloud.Objects;

/// What a run's training cost and took: a service's own figures, or the job's seconds at the rate that was quoted for
/// its route.
///
/// @param whole whether the training went to its planned end, so that later quotes can learn from it
public record Spending(BigDecimal usd, double seconds, boolean whole) {

    /// By the result that the training has left; empty while there is none.
    public static Optional<Spending> of(Objects artefacts, RunFiles files, RouteQuote route) {
        return artefacts
                .findJson(files.managedResult(), ManagedResult.class)
                .map(managed -> new Spending(managed.costUsd(), managed.seconds(), true))
                .or(() -> artefacts
                        .findJson(files.trainingResult(), TrainingResult.class)
                        .map(job -> new Spending(
                                atQuotedRate(route, job),
                                job.trainSeconds(),
                                job.outcome() == TrainingResult.Outcome.COMPLETED)));
    }

    /// The same, of whatever route was decided on.
    public static Optional<Spending> of(Objects artefacts, RunFiles files) {
        Optional<Decision> decision = artefacts.findJson(files.decision(), Decision.class);
        Optional<Quote> quote = artefacts.findJson(files.quote(), Quote.class);
        if (decision.isEmpty() || quote.isEmpty()) return Optional.empty();
        return quote.get().routes().stream()
                .filter(route -> route.route().equals(decision.get().chosen()))
                .findFirst()
                .flatMap(route -> of(artefacts, files, route));
    }

    private static BigDecimal atQuotedRate(RouteQuote route, TrainingResult result) {
        Range usd = route.trainingUsd();
        Range seconds = route.trainingSeconds();
        if (usd == null || seconds == null || seconds.expected().signum() == 0) return BigDecimal.ZERO;
        return usd.expected()
                .multiply(BigDecimal.valueOf(result.trainSeconds()))
                .divide(seconds.expected(), 4, RoundingMode.UP);
    }
}

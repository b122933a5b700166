package dev.tunedrop.functions.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;

import dev.tunedrop.events.run.Quote.RouteQuote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.events.run.TrainingResult;

/// What a job cost: its seconds at the rate that was quoted for its route.
public final class Spending {

    private Spending() {}

    public static BigDecimal actualUsd(RouteQuote route, TrainingResult result) {
        Range usd = route.trainingUsd();
        Range seconds = route.trainingSeconds();
        if (usd == null || seconds == null || seconds.expected().signum() == 0) return BigDecimal.ZERO;
        return usd.expected()
                .multiply(BigDecimal.valueOf(result.trainSeconds()))
                .divide(seconds.expected(), 4, RoundingMode.UP);
    }
}

package dev.tunedrop.functions.quote;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Quote;
import dev.tunedrop.events.run.Range;
import dev.tunedrop.functions.cloud.Ledger.Actual;

/// What settled runs of a kind teach the next quote of that kind.
///
/// An estimate is multiplied by a ratio that is shrunk towards 1, as if [#PRIOR_RUNS] earlier runs had come true:
///
/// ```
/// factor = exp( sum over runs of ln(actual / estimate) / (runs + 2) )
/// ```
///
/// so that one odd run moves a quote by its cube root and ten agreeing runs almost all the way. `estimate` is what the
/// arithmetic said before any factor.
@FunctionalInterface
public interface PastRuns {

    /// How many runs a prior counts.
    int PRIOR_RUNS = 2;

    /// One run may pull by at most this factor, either way.
    double MOST = 20;

    /// Newest first.
    List<Actual> of(String kind);

    static PastRuns none() {
        return kind -> List.of();
    }

    /// What is said of a kind; absent while no run of it was settled.
    default Quote.@Nullable PastRuns seen(String kind) {
        List<Actual> runs = of(kind);
        if (runs.isEmpty()) return null;
        double error = runs.stream()
                .filter(run -> run.quotedSeconds() > 0)
                .mapToDouble(run -> Math.abs(run.actualSeconds() - run.quotedSeconds()) / run.quotedSeconds())
                .average()
                .orElse(0);
        return new Quote.PastRuns(
                runs.size(),
                factor(runs, Actual::actualSeconds, Actual::estimatedSeconds),
                factor(
                        runs,
                        run -> run.actualUsd().doubleValue(),
                        run -> run.estimatedUsd().doubleValue()),
                BigDecimal.valueOf(100 * error).setScale(1, RoundingMode.HALF_UP));
    }

    private static BigDecimal factor(
            List<Actual> runs, ToDoubleFunction<Actual> actual, ToDoubleFunction<Actual> estimate) {
        double logs = 0;
        for (Actual run : runs) {
            double ratio = actual.applyAsDouble(run) / estimate.applyAsDouble(run);
            if (ratio > 0 && Double.isFinite(ratio)) logs += Math.log(Math.clamp(ratio, 1 / MOST, MOST));
        }
        return BigDecimal.valueOf(Math.exp(logs / (runs.size() + PRIOR_RUNS)))
                .round(new MathContext(4, RoundingMode.HALF_UP));
    }

    /// A range, moved by a factor.
    static Range times(Range range, BigDecimal factor, int scale) {
        return new Range(
                range.low().multiply(factor).setScale(scale, RoundingMode.UP),
                range.expected().multiply(factor).setScale(scale, RoundingMode.UP),
                range.high().multiply(factor).setScale(scale, RoundingMode.UP));
    }
}

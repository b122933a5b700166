package dev.tunedrop.functions.publish;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.run.Accuracy;
import dev.tunedrop.events.run.Evaluation;
import dev.tunedrop.events.run.HeldOutLosses;

/// An adapter goes live when its held-out loss is lower than the base's by the share the settings ask for, and not
/// clearly above the live adapter's. Too few held-out tokens, or rows of a classifier, judge nothing, and the reason
/// says so.
final class Gate {

    /// How much above the live adapter's loss counts as noise.
    static final double LIVE_TOLERANCE = 0.02;

    /// Fewer held-out tokens than these show nothing but chance: a few rows hold out one, of a few words.
    static final long FEWEST_TOKENS = 50;

    /// The same for rows with labels, each of which is one loss.
    static final long FEWEST_ROWS = 20;

    private Gate() {}

    static Evaluation decide(String runId, HeldOutLosses losses, double minImprovement) {
        if (losses.tokens() == 0)
            return of(runId, losses, true, "nothing was held out, so there is nothing to compare");
        Double base = losses.baseLoss();
        Double adapter = losses.adapterLoss();
        if (base == null || adapter == null || !Double.isFinite(base) || !Double.isFinite(adapter))
            return of(
                    runId,
                    losses,
                    false,
                    "not-better-than-base: the held-out loss is not a number; lower learningRate");
        boolean labelled = losses.accuracy() != null;
        if (losses.tokens() < (labelled ? FEWEST_ROWS : FEWEST_TOKENS))
            return of(
                    runId,
                    losses,
                    true,
                    "only %d %s were held out, too few to judge by (base %s, adapter %s%s); add rows for a verdict"
                            .formatted(
                                    losses.tokens(),
                                    labelled ? "rows" : "tokens",
                                    figure(base),
                                    figure(adapter),
                                    accuracy(losses)));
        double most = base * (1 - minImprovement);
        if (adapter > most)
            return of(
                    runId,
                    losses,
                    false,
                    "not-better-than-base: held-out loss %s is above %s (the base's %s less %s %%)%s; raise epochs or learningRate, add rows, or lower minImprovement"
                            .formatted(
                                    figure(adapter),
                                    figure(most),
                                    figure(base),
                                    figure(100 * minImprovement),
                                    accuracy(losses)));
        Double live = losses.liveLoss();
        if (live != null && Double.isFinite(live) && adapter > live * (1 + LIVE_TOLERANCE))
            return of(
                    runId,
                    losses,
                    false,
                    "not-better-than-live: held-out loss %s is above the live adapter's %s; the live one stays"
                            .formatted(figure(adapter), figure(live)));
        return of(
                runId,
                losses,
                true,
                "held-out loss %s against the base's %s%s%s"
                        .formatted(figure(adapter), figure(base), liveFigure(live), accuracy(losses)));
    }

    private static String accuracy(HeldOutLosses losses) {
        Accuracy accuracy = losses.accuracy();
        return accuracy == null
                ? ""
                : ", %s %% of %d rows right, macro F1 %s over %d labels"
                        .formatted(
                                figure(100 * accuracy.share()),
                                losses.tokens(),
                                figure(accuracy.macroF1()),
                                accuracy.labels());
    }

    private static String liveFigure(@Nullable Double live) {
        return live == null ? "" : " and the live adapter's " + figure(live);
    }

    private static Evaluation of(String runId, HeldOutLosses losses, boolean passed, String reason) {
        return new Evaluation(
                runId,
                losses.tokens(),
                finite(losses.baseLoss()),
                finite(losses.adapterLoss()),
                finite(losses.liveLoss()),
                passed,
                reason);
    }

    private static @Nullable Double finite(@Nullable Double value) {
        return value != null && Double.isFinite(value) ? value : null;
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}

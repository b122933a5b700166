package dev.tunedrop.trainer.run;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.trainer.model.PassForecast;

/// How many tokens pass through the model at once, chosen from the memory that is there when training starts.
///
/// The whole of what the plan would pass at once, where the model's own arithmetic says that it fits into what it may
/// take when it keeps the least; else the largest halving of it that does. Of that, the halving that is quickest:
/// where a smaller one lets layers keep what a larger one computes again, it mostly is. Computing all layers again adds
/// a third to a pass, while a cut only opens the weights once more in each direction: 500 operations a weight, 3 % of a
/// pass of 4,096 tokens and 6 % of one of 2,048. Products of fewer tokens fill a device less well, which is not
/// counted: a smaller one must promise a tenth less work, and hold the longest sequence, which passes whole anyway.
///
/// Halvings, not an exact fit: two machines of one kind then choose alike although their free memory differs by a
/// little, and the sums are added up in one order.
///
/// @param whole tokens that the plan passes at once
/// @param least tokens below which nothing is gained where memory is short
/// @param sequence tokens of the longest sequence
record MicroBatchChoice(long whole, int least, int sequence) {

    private static final Logger LOG = LoggerFactory.getLogger(MicroBatchChoice.class);
    private static final double WORTH_A_CUT = 0.9;

    /// @param allowed bytes of a pass
    /// @return a limit; absent where the whole is best
    @Nullable
    Integer tokens(long allowed, PassForecast model) {
        long fits = whole;
        while (fits > least && model.leastBytes(fits) > allowed) fits /= 2;
        long chosen = quickest(Math.max(fits, Math.min(whole, least)), model);
        if (chosen == whole) return null;
        LOG.info(
                "micro-batches are cut at {} tokens: {} at once would take {} MiB at the least, {} MiB may be taken,"
                        + " and a token would cost {} operations instead of {}",
                chosen,
                whole,
                model.leastBytes(whole) >> 20,
                allowed >> 20,
                figure(model.workPerToken(whole)),
                figure(model.workPerToken(chosen)));
        return Math.toIntExact(chosen);
    }

    private long quickest(long fits, PassForecast model) {
        long best = fits;
        double most = WORTH_A_CUT * model.workPerToken(fits);
        for (long tokens = fits / 2; tokens >= Math.max(least, sequence); tokens /= 2) {
            double work = model.workPerToken(tokens);
            if (work >= most) continue;
            best = tokens;
            most = work;
        }
        return best;
    }

    private static String figure(double work) {
        return String.format(Locale.ROOT, "%.3g", work);
    }
}

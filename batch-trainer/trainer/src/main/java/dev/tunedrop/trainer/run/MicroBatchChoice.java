package dev.tunedrop.trainer.run;

import java.util.function.LongUnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many tokens pass through the model at once, chosen from the memory that is there when training starts.
///
/// The whole of what the plan would pass at once, where the model's own arithmetic says that it fits into four fifths
/// of the memory (the rest is for what the arithmetic leaves out: the allocator's rounding, temporaries of one
/// operator); else the largest halving of it that does. Halvings, not an exact fit: two machines of one kind then
/// choose
/// alike although their free memory differs by a little, and the sums are added up in one order.
final class MicroBatchChoice {

    private static final Logger LOG = LoggerFactory.getLogger(MicroBatchChoice.class);
    private static final double SHARE = 0.8;

    private MicroBatchChoice() {}

    /// @param whole tokens that the plan passes at once
    /// @param least tokens below which nothing is gained: one sequence passes whole in any case
    /// @param passBytes of a pass with so many tokens; 0 when the model cannot tell
    /// @return a limit; absent where the whole fits
    static @Nullable Integer tokens(long whole, int least, long availableBytes, LongUnaryOperator passBytes) {
        long tokens = whole;
        while (tokens > least && passBytes.applyAsLong(tokens) > SHARE * availableBytes) tokens /= 2;
        if (tokens == whole) return null;
        int chosen = Math.toIntExact(Math.max(tokens, least));
        LOG.info(
                "micro-batches are cut at {} tokens: {} at once would take about {} MiB, and {} MiB are free",
                chosen,
                whole,
                passBytes.applyAsLong(whole) >> 20,
                availableBytes >> 20);
        return chosen;
    }
}

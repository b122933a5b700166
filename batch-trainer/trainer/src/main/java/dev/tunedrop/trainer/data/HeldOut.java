package dev.tunedrop.trainer.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.trainer.model.MicroBatch;

/// The loss of a model over rows that it does not learn from, in the shard's own order.
public final class HeldOut {

    private HeldOut() {}

    /// @param tokens trained tokens
    /// @param units what the mean is over: trained tokens, or pairs
    /// @param lossSum over them, in nats
    public record Loss(long tokens, long units, double lossSum) {
        /// NaN when there is no unit.
        public double mean() {
            return lossSum / units;
        }
    }

    /// @param maxTokens longest row; also how much goes through the model at once
    /// @param lossSum the sum of a micro-batch's losses
    public static Loss loss(TokenShardReader shard, int maxTokens, ToDoubleFunction<MicroBatch> lossSum) {
        Examples examples = new Examples(shard, maxTokens);
        double sum = 0;
        long tokens = 0;
        long units = 0;
        List<Long> taken = new ArrayList<>();
        int held = 0;
        for (long example = 0; example <= examples.count(); example++) {
            boolean end = example == examples.count();
            int length = end ? 0 : examples.length(example);
            if (!taken.isEmpty() && (end || held + length > examples.capacity())) {
                long[] rows =
                        examples.rows(taken.stream().mapToLong(Long::longValue).toArray());
                MicroBatch batch = MicroBatches.of(shard, rows, maxTokens);
                sum += lossSum.applyAsDouble(batch);
                tokens += batch.trainedTokens();
                units += shard.pairs() ? taken.size() : batch.trainedTokens();
                taken.clear();
                held = 0;
            }
            if (!end && examples.useful(example)) {
                taken.add(example);
                held += length;
            }
        }
        return new Loss(tokens, units, sum);
    }
}

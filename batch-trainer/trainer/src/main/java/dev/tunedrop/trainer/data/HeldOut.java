package dev.tunedrop.trainer.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
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
        double[] sum = new double[1];
        long[] counts = new long[2]; // tokens, units
        each(shard, maxTokens, (batch, rows) -> {
            sum[0] += lossSum.applyAsDouble(batch);
            counts[0] += batch.trainedTokens();
            counts[1] += shard.pairs() ? rows.length / 2 : batch.trainedTokens();
        });
        return new Loss(counts[0], counts[1], sum[0]);
    }

    /// Takes every example that carries loss, some at a time: a batch and the numbers of its rows.
    static void each(TokenShardReader shard, int maxTokens, BiConsumer<MicroBatch, long[]> take) {
        Examples examples = new Examples(shard, maxTokens);
        List<Long> taken = new ArrayList<>();
        int held = 0;
        for (long example = 0; example <= examples.count(); example++) {
            boolean end = example == examples.count();
            int length = end ? 0 : examples.length(example);
            if (!taken.isEmpty() && (end || held + length > examples.capacity())) {
                long[] rows =
                        examples.rows(taken.stream().mapToLong(Long::longValue).toArray());
                take.accept(MicroBatches.of(shard, rows, maxTokens), rows);
                taken.clear();
                held = 0;
            }
            if (!end && examples.useful(example)) {
                taken.add(example);
                held += length;
            }
        }
    }
}

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
    /// @param lossSum over them, in nats
    public record Loss(long tokens, double lossSum) {
        /// NaN when no token is trained.
        public double mean() {
            return lossSum / tokens;
        }
    }

    /// @param maxTokens longest row; also how much goes through the model at once
    /// @param lossSum the sum of a micro-batch's token losses
    public static Loss loss(TokenShardReader shard, int maxTokens, ToDoubleFunction<MicroBatch> lossSum) {
        double[] sum = new double[1];
        long[] tokens = new long[1];
        each(shard, maxTokens, (batch, rows) -> {
            sum[0] += lossSum.applyAsDouble(batch);
            tokens[0] += batch.trainedTokens();
        });
        return new Loss(tokens[0], sum[0]);
    }

    /// Takes every row that carries loss, some at a time.
    static void each(TokenShardReader shard, int maxTokens, BiConsumer<MicroBatch, long[]> take) {
        List<Long> rows = new ArrayList<>();
        int held = 0;
        for (long row = 0; row <= shard.rows(); row++) {
            boolean end = row == shard.rows();
            int length = end ? 0 : Math.min(shard.length(row), maxTokens);
            if (!rows.isEmpty() && (end || held + length > maxTokens)) {
                long[] chosen = rows.stream().mapToLong(Long::longValue).toArray();
                take.accept(MicroBatches.of(shard, chosen, maxTokens), chosen);
                rows.clear();
                held = 0;
            }
            if (!end && shard.trains(row, maxTokens)) {
                rows.add(row);
                held += length;
            }
        }
    }
}

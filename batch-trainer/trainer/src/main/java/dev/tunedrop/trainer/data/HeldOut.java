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
        double sum = 0;
        long tokens = 0;
        List<Long> rows = new ArrayList<>();
        int held = 0;
        for (long row = 0; row <= shard.rows(); row++) {
            boolean end = row == shard.rows();
            int length = end ? 0 : Math.min(shard.length(row), maxTokens);
            if (!rows.isEmpty() && (end || held + length > maxTokens)) {
                MicroBatch batch = MicroBatches.of(
                        shard, rows.stream().mapToLong(Long::longValue).toArray(), maxTokens);
                sum += lossSum.applyAsDouble(batch);
                tokens += batch.trainedTokens();
                rows.clear();
                held = 0;
            }
            if (!end && shard.trains(row, maxTokens)) {
                rows.add(row);
                held += length;
            }
        }
        return new Loss(tokens, sum);
    }
}

package dev.tunedrop.trainer.data;

import java.util.function.Function;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.trainer.model.MicroBatch;

/// How a classifier does on rows that it does not learn from.
///
/// ```
/// accuracy = right / rows
/// macroF1 = the mean over labels of 2 TP / (2 TP + FP + FN); a label that is neither wanted nor answered counts not
/// ```
///
/// @param loss mean cross-entropy of a row, in nats
public record Classified(long rows, double loss, double accuracy, double macroF1) {

    /// @param logits of every label, one row after another, of a micro-batch of whole rows
    public static Classified of(TokenShardReader shard, int maxTokens, Function<MicroBatch, float[]> logits) {
        int labels = shard.labels().size();
        long[][] counts = new long[labels][labels]; // wanted, answered
        double[] loss = new double[1];
        HeldOut.each(shard, maxTokens, (batch, rows) -> {
            float[] z = logits.apply(batch);
            for (int i = 0; i < rows.length; i++) {
                int wanted = shard.label(rows[i]);
                counts[wanted][greatest(z, i * labels, labels)]++;
                loss[0] += logSumExp(z, i * labels, labels) - z[i * labels + wanted];
            }
        });
        return scored(counts, shard.rows(), loss[0]);
    }

    static Classified scored(long[][] counts, long rows, double loss) {
        long right = 0;
        double sum = 0;
        int seen = 0;
        for (int label = 0; label < counts.length; label++) {
            long wanted = 0;
            long answered = 0;
            for (int other = 0; other < counts.length; other++) {
                wanted += counts[label][other];
                answered += counts[other][label];
            }
            right += counts[label][label];
            if (wanted + answered == 0) continue;
            seen++;
            sum += 2.0 * counts[label][label] / (wanted + answered);
        }
        return new Classified(rows, loss / rows, (double) right / rows, sum / seen);
    }

    private static int greatest(float[] z, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) if (z[from + i] > z[from + best]) best = i;
        return best;
    }

    private static double logSumExp(float[] z, int from, int count) {
        double largest = z[from + greatest(z, from, count)];
        double sum = 0;
        for (int i = 0; i < count; i++) sum += Math.exp(z[from + i] - largest);
        return largest + Math.log(sum);
    }
}

package dev.tunedrop.trainer.model;

import java.util.HashMap;
import java.util.Map;

import dev.tunedrop.trainer.op.PreferenceLoss;

/// What the reference thinks of the pairs, asked once for each pair of a dataset.
///
/// On a CPU a pair is scored in a pass of its own: how a product is rounded depends on how many tokens go through it,
/// and a resumed run must find the same numbers in whatever company it meets a pair again. On a GPU, where runs repeat
/// within a tolerance anyway, pairs that are new are scored with their micro-batch, since each pass opens the whole
/// base.
final class ReferenceScores {

    private final Scored reference;
    private final boolean together;
    private final Map<Long, PreferenceLoss.Pair> known = new HashMap<>();

    ReferenceScores(Scored reference, boolean together) {
        this.reference = reference;
        this.together = together;
    }

    /// One for each two rows of the batch, kept under the number of the first.
    PreferenceLoss.Pair[] of(MicroBatch batch) {
        int pairs = batch.lengths().length / 2;
        if (together) {
            boolean all = true;
            for (int pair = 0; pair < pairs; pair++) all &= known.containsKey(batch.rows()[2 * pair]);
            if (!all) keep(batch);
        }
        PreferenceLoss.Pair[] scores = new PreferenceLoss.Pair[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            long row = batch.rows()[2 * pair];
            if (!known.containsKey(row)) keep(batch.part(2 * pair, 2 * pair + 2));
            scores[pair] = known.get(row);
        }
        return scores;
    }

    private void keep(MicroBatch batch) {
        PreferenceLoss.Pair[] scores = PreferenceModel.pairs(reference.rowLosses(batch));
        for (int pair = 0; pair < scores.length; pair++) known.putIfAbsent(batch.rows()[2 * pair], scores[pair]);
    }
}

package dev.tunedrop.trainer.data;

import java.util.Arrays;

import dev.tunedrop.events.artefact.TokenRow;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.trainer.model.MicroBatch;

/// Lays rows end to end. `targets[t]` is the row's next token where that one is trained; of a labelled row its first
/// token's is the label.
final class MicroBatches {

    private MicroBatches() {}

    static MicroBatch of(TokenShardReader shard, long[] rows, int maxTokens) {
        int[] lengths = new int[rows.length];
        int tokens = 0;
        for (int i = 0; i < rows.length; i++) {
            lengths[i] = Math.min(shard.length(rows[i]), maxTokens);
            tokens = Math.addExact(tokens, lengths[i]);
        }
        int[] ids = new int[tokens];
        int[] targets = new int[tokens];
        Arrays.fill(targets, MicroBatch.NO_LOSS);
        int at = 0;
        for (int i = 0; i < rows.length; i++) {
            TokenRow row = shard.row(rows[i]);
            System.arraycopy(row.ids(), 0, ids, at, lengths[i]);
            if (shard.label(rows[i]) >= 0) targets[at] = shard.label(rows[i]);
            for (int t = 1; t < lengths[i]; t++) if (row.trained()[t]) targets[at + t - 1] = row.ids()[t];
            at += lengths[i];
        }
        return new MicroBatch(ids, targets, lengths, rows);
    }
}

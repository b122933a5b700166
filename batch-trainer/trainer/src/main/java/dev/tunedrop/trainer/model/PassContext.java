package dev.tunedrop.trainer.model;

import java.util.List;
import java.util.stream.IntStream;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.Attention;
import dev.tunedrop.trainer.op.FeedForward;
import dev.tunedrop.trainer.op.HeadByHead;
import dev.tunedrop.trainer.op.Rope;
import dev.tunedrop.trainer.op.RopeTable;
import dev.tunedrop.trainer.op.Rows;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What every layer of one pass shares.
///
/// @param rope absent: nothing is turned
/// @param attentions one for each layer
record PassContext(ModelConfig shape, @Nullable Rope rope, List<Attention> attentions, FeedForward inner, Draw draw) {

    static PassContext of(ModelConfig shape, @Nullable RopeTable table, MicroBatch batch, Draw draw, NDManager step) {
        Rows rows = Rows.of(step, batch.lengths());
        Recipe recipe = new Recipe(shape);
        List<Attention> attentions = IntStream.range(0, shape.layers())
                .mapToObj(layer -> new Attention(rows, recipe.attention(layer)))
                .toList();
        return new PassContext(
                shape, table == null ? null : table.of(step, rows), attentions, recipe.feedForward(), draw.in(step));
    }

    HeadByHead fused() {
        return new Recipe(shape).fused();
    }
}

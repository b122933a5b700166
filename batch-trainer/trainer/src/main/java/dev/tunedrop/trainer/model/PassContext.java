package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDManager;

import dev.tunedrop.trainer.op.Attention;
import dev.tunedrop.trainer.op.Rope;
import dev.tunedrop.trainer.op.RopeTable;
import dev.tunedrop.trainer.op.Rows;
import dev.tunedrop.trainer.weights.ModelConfig;

/// What every layer of one pass shares.
record PassContext(ModelConfig shape, Rope rope, Attention attention, Draw draw) {

    static PassContext of(ModelConfig shape, RopeTable table, MicroBatch batch, Draw draw, NDManager step) {
        Rows rows = Rows.of(step, batch.lengths());
        return new PassContext(shape, table.of(step, rows), new Attention(rows, 1 / Math.sqrt(shape.headDim())), draw);
    }
}

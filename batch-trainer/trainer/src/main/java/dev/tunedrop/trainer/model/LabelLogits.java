package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.Ops;

/// What a classifier answers: the logits of every label at each row's first token.
public final class LabelLogits {

    private LabelLogits() {}

    /// Row after row, (rows, labels).
    public static float[] of(Scored classifier, MicroBatch batch, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray logits = classifier.logits(batch, scope);
            long[] starts = new long[batch.lengths().length];
            for (int row = 1; row < starts.length; row++) starts[row] = starts[row - 1] + batch.lengths()[row - 1];
            return Ops.indexSelect(logits, 0, scope.create(starts)).toFloatArray();
        }
    }
}

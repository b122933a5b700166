package dev.tunedrop.trainer.model;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;

/// The tokens of a batch that carry loss.
///
/// @param positions where they are
/// @param wanted what they predict
@SuppressWarnings("ArrayRecordComponent") // thousands of tokens, never compared
record Targets(MicroBatch batch, long[] positions, long[] wanted) {

    static Targets of(MicroBatch batch) {
        long[] positions = new long[batch.trainedTokens()];
        long[] wanted = new long[positions.length];
        int n = 0;
        for (int t = 0; t < batch.tokens(); t++) {
            if (batch.targets()[t] < 0) continue;
            positions[n] = t;
            wanted[n++] = batch.targets()[t];
        }
        return new Targets(batch, positions, wanted);
    }

    int count() {
        return positions.length;
    }

    /// Sums over each row of one number (N) for each position.
    double[] perRow(float[] values) {
        double[] sums = new double[batch.lengths().length];
        int n = 0;
        int end = 0;
        for (int row = 0; row < sums.length; row++) {
            end += batch.lengths()[row];
            for (; n < positions.length && positions[n] < end; n++) sums[row] += values[n];
        }
        return sums;
    }

    /// Each position's row's number (N).
    float[] perToken(double[] values) {
        float[] each = new float[positions.length];
        int n = 0;
        int end = 0;
        for (int row = 0; row < values.length; row++) {
            end += batch.lengths()[row];
            for (; n < positions.length && positions[n] < end; n++) each[n] = (float) values[row];
        }
        return each;
    }

    /// On the device of a pass, and as long as it.
    Placed in(NDManager step) {
        NDArray ids = step.create(wanted);
        if (positions.length == batch.tokens()) return new Placed(ids, null, null);
        long[] source = new long[batch.tokens()];
        Arrays.fill(source, positions.length);
        for (int n = 0; n < positions.length; n++) source[(int) positions[n]] = n;
        return new Placed(ids, step.create(positions), step.create(source));
    }

    /// @param ids what is predicted (N)
    /// @param positions (N); absent: every token carries loss
    /// @param source (T) a token's place among the N, or N
    record Placed(
            NDArray ids,
            @Nullable NDArray positions,
            @Nullable NDArray source) {

        /// x (T, C) → (N, C)
        NDArray select(NDArray x) {
            return positions == null ? x : Ops.indexSelect(x, 0, positions);
        }

        /// The gradient of [#select]: dchosen (N, C) → dx (T, C), zero where nothing was selected.
        NDArray spread(NDArray dchosen) {
            if (source == null) return dchosen;
            NDManager step = dchosen.getManager();
            NDArray zero = step.zeros(new Shape(1, dchosen.getShape().get(1)), dchosen.getDataType());
            return Ops.indexSelect(NDArrays.concat(new NDList(dchosen, zero), 0), 0, source);
        }
    }
}

package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import java.util.Arrays;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// One thread's attention, forward.
///
/// ```
/// s = scale q kᵀ          (block, keys)    0 or more for every key the block may see
/// p = exp(s - max s)
/// o = p v / Σ p           (block, D)
/// lse = max s + log Σ p   (block)
/// ```
final class AttentionForward {

    /// Queries at once: a multiple of a tile's rows.
    static final int BLOCK = 32;

    private final RowAttention.Form form;
    private final Given given;
    private final HeadRows heads;
    private final int length;
    private final float[] v;
    private final float[] keysAcross;
    private final float[] q;
    private final float[] scores;
    private final float[] o;
    private final float[] lanes = new float[COUNT];

    AttentionForward(RowAttention.Form form, Given given, int longest) {
        this.form = form;
        this.given = given;
        this.heads = HeadRows.of(form);
        this.length = HeadRows.columns(longest);
        v = new float[length * heads.width()];
        keysAcross = new float[heads.width() * length];
        q = new float[BLOCK * heads.width()];
        scores = new float[BLOCK * length];
        o = new float[BLOCK * heads.width()];
    }

    void run(int start, int count, int keyHead) {
        heads.read(given.address(1), start, count, keyHead, form.keyHeads(), v, count);
        heads.transpose(v, count, keysAcross, length);
        heads.read(given.address(2), start, count, keyHead, form.keyHeads(), v, length);
        for (int head = keyHead * form.share(); head < (keyHead + 1) * form.share(); head++)
            for (int from = 0; from < count; from += BLOCK) block(start, count, head, from);
    }

    private void block(int start, int count, int head, int from) {
        int rows = Math.min(BLOCK, count - from);
        int keys = HeadRows.columns(form.causal() ? from + rows : count);
        int width = heads.width();
        heads.read(given.address(0), start + from, rows, head, form.heads(), q, BLOCK);
        for (int i = 0; i < q.length; i += COUNT)
            at(q, i).mul(all(form.scale())).intoArray(q, i);
        for (int i = 0; i < BLOCK; i++) Arrays.fill(scores, i * length, i * length + keys, 0);
        Tile.addProduct(Tile.Left.of(q, width), keysAcross, length, form.size(), scores, length, BLOCK, keys);
        Arrays.fill(o, 0);
        float[] sums = new float[rows];
        for (int i = 0; i < rows; i++) {
            int seen = form.causal() ? from + i + 1 : count;
            float most = exponentials(i * length, seen, keys);
            sums[i] = sum(i * length, keys);
            Lanes.put(given.address(4) + form.sumPlace(start + from + i, head), 0, (float) (most + Math.log(sums[i])));
        }
        Tile.addProduct(Tile.Left.of(scores, length), v, width, keys, o, width, BLOCK, width);
        for (int i = 0; i < rows; i++) {
            FloatVector share = all(1 / sums[i]);
            for (int d = i * width; d < (i + 1) * width; d += COUNT)
                at(o, d).mul(share).intoArray(o, d);
        }
        heads.write(o, rows, given.address(3), start + from, head, form.heads());
    }

    /// Scores become exp(s - max s), 0 where a key is not to be seen.
    private float exponentials(int row, int seen, int keys) {
        Arrays.fill(scores, row + seen, row + keys, Float.NEGATIVE_INFINITY);
        FloatVector most = all(Float.NEGATIVE_INFINITY);
        for (int j = row; j < row + keys; j += COUNT) most = most.max(at(scores, j));
        float max = most.reduceLanes(VectorOperators.MAX); // a maximum has no order
        for (int j = row; j < row + keys; j += COUNT)
            Exponential.of(at(scores, j).sub(max)).intoArray(scores, j);
        Arrays.fill(scores, row + seen, row + keys, 0);
        return max;
    }

    private float sum(int row, int keys) {
        FloatVector sums = all(0);
        for (int j = row; j < row + keys; j += COUNT) sums = sums.add(at(scores, j));
        return Lanes.sum(sums, lanes);
    }
}

package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.AttentionForward.BLOCK;
import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import java.util.Arrays;

import jdk.incubator.vector.FloatVector;

/// One thread's attention, backward.
///
/// ```
/// p = exp(scale q kᵀ - lse)       (block, keys)
/// ds = p (do vᵀ - Σ_D do o)       (block, keys)
/// dv += pᵀ do                     (keys, D)
/// dq = scale ds k                 (block, D)
/// dk += dsᵀ (scale q)             (keys, D)
/// ```
final class AttentionBackward {

    private final RowAttention.Form form;
    private final Given given;
    private final HeadRows heads;
    private final int length;
    private final float[] k;
    private final float[] keysAcross;
    private final float[] valuesAcross;
    private final float[] dk;
    private final float[] dv;
    private final float[] q;
    private final float[] dq;
    private final float[] o;
    private final float[] dO;
    private final float[] p;
    private final float[] ds;
    private final float[] lanes = new float[COUNT];

    AttentionBackward(RowAttention.Form form, Given given, int longest) {
        this.form = form;
        this.given = given;
        this.heads = HeadRows.of(form);
        this.length = HeadRows.columns(longest);
        k = new float[length * heads.width()];
        keysAcross = new float[k.length];
        valuesAcross = new float[k.length];
        dk = new float[k.length];
        dv = new float[k.length];
        q = new float[BLOCK * heads.width()];
        dq = new float[q.length];
        o = new float[q.length];
        dO = new float[q.length];
        p = new float[BLOCK * length];
        ds = new float[p.length];
    }

    void run(int start, int count, int keyHead) {
        heads.read(given.address(3), start, count, keyHead, form.keyHeads(), k, count);
        heads.transpose(k, count, valuesAcross, length);
        heads.read(given.address(2), start, count, keyHead, form.keyHeads(), k, length);
        heads.transpose(k, count, keysAcross, length);
        Arrays.fill(dk, 0);
        Arrays.fill(dv, 0);
        for (int head = keyHead * form.share(); head < (keyHead + 1) * form.share(); head++)
            for (int from = 0; from < count; from += BLOCK) block(start, count, head, from);
        heads.write(dk, count, given.address(7), start, keyHead, form.keyHeads());
        heads.write(dv, count, given.address(8), start, keyHead, form.keyHeads());
    }

    private void block(int start, int count, int head, int from) {
        int rows = Math.min(BLOCK, count - from);
        int keys = HeadRows.columns(form.causal() ? from + rows : count);
        int width = heads.width();
        heads.read(given.address(0), start + from, rows, head, form.heads(), dO, BLOCK);
        heads.read(given.address(1), start + from, rows, head, form.heads(), q, BLOCK);
        heads.read(given.address(4), start + from, rows, head, form.heads(), o, BLOCK);
        scale(q);
        for (int i = 0; i < BLOCK; i++) {
            Arrays.fill(p, i * length, i * length + keys, 0);
            Arrays.fill(ds, i * length, i * length + keys, 0);
        }
        Tile.addProduct(Tile.Left.of(q, width), keysAcross, length, form.size(), p, length, BLOCK, keys);
        Tile.addProduct(Tile.Left.of(dO, width), valuesAcross, length, form.size(), ds, length, BLOCK, keys);
        for (int i = 0; i < rows; i++) {
            int seen = form.causal() ? from + i + 1 : count;
            float lse = Lanes.floatAt(given.address(5) + form.sumPlace(start + from + i, head), 0);
            differentiate(i * length, seen, keys, lse, dot(i * width, width));
        }
        Tile.addProduct(Tile.Left.transposed(p, length), dO, width, BLOCK, dv, width, keys, width);
        Tile.addProduct(Tile.Left.transposed(ds, length), q, width, BLOCK, dk, width, keys, width);
        Arrays.fill(dq, 0);
        Tile.addProduct(Tile.Left.of(ds, length), k, width, keys, dq, width, BLOCK, width);
        scale(dq);
        heads.write(dq, rows, given.address(6), start + from, head, form.heads());
    }

    private void scale(float[] numbers) {
        for (int i = 0; i < numbers.length; i += COUNT)
            at(numbers, i).mul(all(form.scale())).intoArray(numbers, i);
    }

    /// Σ_D do o of a query.
    private float dot(int row, int width) {
        FloatVector sums = all(0);
        for (int d = row; d < row + width; d += COUNT) sums = at(dO, d).fma(at(o, d), sums);
        return Lanes.sum(sums, lanes);
    }

    /// Scores become p, do vᵀ becomes ds; 0 where a key is not to be seen.
    private void differentiate(int row, int seen, int keys, float lse, float dot) {
        for (int j = row; j < row + keys; j += COUNT) {
            FloatVector probability = Exponential.of(at(p, j).sub(lse));
            probability.intoArray(p, j);
            probability.mul(at(ds, j).sub(dot)).intoArray(ds, j);
        }
        Arrays.fill(p, row + seen, row + keys, 0);
        Arrays.fill(ds, row + seen, row + keys, 0);
    }
}

package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import java.util.Arrays;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Cross-entropy of rows of logits, and its gradient in their place; see `TokenLosses` for the formula.
///
/// @param bf16 whether logits are bf16 rather than fp32
record RowLosses(boolean bf16) {

    private static final int SHARE = 8;

    /// z, targets, losses, vocabulary, cap (0: none), gradient (1: wanted)
    void run(int rows, Given given) {
        Workers.run(rows, SHARE, () -> {
            Row row = new Row(given.whole(3), given.real(4), given.whole(5) == 1);
            return (from, to) -> {
                for (int i = from; i < to; i++) {
                    long z = given.address(0) + (long) i * row.vocabulary * (bf16 ? Short.BYTES : Float.BYTES);
                    Lanes.put(given.address(2), i, row.loss(z, Math.toIntExact(Lanes.longAt(given.address(1), i))));
                }
            };
        });
    }

    /// One thread's scratch memory.
    private final class Row {
        private final int vocabulary;
        private final float cap;
        private final boolean gradient;
        private final float[] c;
        private final float[] p;
        private final float[] lanes = new float[COUNT];

        Row(int vocabulary, float cap, boolean gradient) {
            this.vocabulary = vocabulary;
            this.cap = cap;
            this.gradient = gradient;
            c = new float[Lanes.padded(vocabulary)];
            p = new float[c.length];
        }

        float loss(long z, int target) {
            Lanes.read(bf16, z, c, 0, vocabulary);
            Arrays.fill(c, vocabulary, c.length, Float.NEGATIVE_INFINITY);
            if (cap != 0) hold();
            FloatVector most = all(Float.NEGATIVE_INFINITY);
            for (int i = 0; i < c.length; i += COUNT) most = most.max(at(c, i));
            float top = most.reduceLanes(VectorOperators.MAX); // a maximum has no order
            FloatVector sums = all(0);
            for (int i = 0; i < c.length; i += COUNT) {
                FloatVector e = Exponential.of(at(c, i).sub(top));
                e.intoArray(p, i);
                sums = sums.add(e);
            }
            float sum = Lanes.sum(sums, lanes);
            float loss = (float) (Math.log(sum) + top - c[target]);
            if (gradient) differentiate(z, target, sum);
            return loss;
        }

        private void hold() {
            for (int i = 0; i < c.length; i += COUNT)
                Exponential.tanh(at(c, i).div(all(cap))).mul(all(cap)).intoArray(c, i);
            Arrays.fill(c, vocabulary, c.length, Float.NEGATIVE_INFINITY);
        }

        private void differentiate(long z, int target, float sum) {
            FloatVector share = all(1 / sum);
            for (int i = 0; i < p.length; i += COUNT) at(p, i).mul(share).intoArray(p, i);
            p[target] -= 1;
            if (cap != 0) {
                for (int i = 0; i < p.length; i += COUNT) {
                    FloatVector part = at(c, i).div(all(cap));
                    at(p, i).mul(all(1).sub(part.mul(part))).intoArray(p, i);
                }
            }
            Lanes.write(bf16, p, 0, z, vocabulary);
        }
    }
}

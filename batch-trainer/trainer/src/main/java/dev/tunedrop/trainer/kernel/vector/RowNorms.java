package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

/// Root-mean-square normalisation of rows; see `RmsNorm` for the formula.
///
/// @param bf16 whether operands are bf16 rather than fp32
record RowNorms(boolean bf16) {

    private static final int SHARE = 64;

    /// x, w, y, width, ε, offset
    void forward(int rows, Given given) {
        Workers.run(rows, SHARE, () -> {
            Row row = new Row(given.address(1), given.whole(3), given.real(4), given.real(5));
            return (from, to) -> {
                for (int i = from; i < to; i++) row.forward(given.address(0), given.address(2), i);
            };
        });
    }

    /// x, w, dy, dx, width, ε, offset
    void backward(int rows, Given given) {
        Workers.run(rows, SHARE, () -> {
            Row row = new Row(given.address(1), given.whole(4), given.real(5), given.real(6));
            return (from, to) -> {
                for (int i = from; i < to; i++) row.backward(given.address(0), given.address(2), given.address(3), i);
            };
        });
    }

    /// One thread's scratch memory; what lies behind a row's end is 0.
    private final class Row {
        private final int width;
        private final float epsilon;
        private final float offset;
        private final float[] w;
        private final float[] x;
        private final float[] dy;
        private final float[] lanes = new float[COUNT];

        Row(long weights, int width, float epsilon, float offset) {
            this.width = width;
            this.epsilon = epsilon;
            this.offset = offset;
            int length = Lanes.padded(width);
            w = new float[length];
            x = new float[length];
            dy = new float[length];
            Lanes.read(bf16, weights, w, 0, width);
            if (offset != 0) for (int i = 0; i < width; i++) w[i] += offset;
        }

        private long row(long base, int number) {
            return base + (long) number * width * (bf16 ? Short.BYTES : Float.BYTES);
        }

        private float inverseRms() {
            FloatVector squares = all(0);
            for (int i = 0; i < x.length; i += COUNT) {
                FloatVector here = at(x, i);
                squares = here.fma(here, squares);
            }
            return (float) (1 / Math.sqrt(Lanes.sum(squares, lanes) / width + epsilon));
        }

        void forward(long from, long to, int number) {
            Lanes.read(bf16, row(from, number), x, 0, width);
            FloatVector r = all(inverseRms());
            boolean rounded = bf16 && offset == 0;
            for (int i = 0; i < x.length; i += COUNT) {
                FloatVector n = at(x, i).mul(r);
                if (rounded) n = Lanes.roundedToBf16(n);
                n.mul(at(w, i)).intoArray(x, i);
            }
            Lanes.write(bf16, x, 0, row(to, number), width);
        }

        void backward(long from, long changes, long to, int number) {
            Lanes.read(bf16, row(from, number), x, 0, width);
            Lanes.read(bf16, row(changes, number), dy, 0, width);
            float r = inverseRms();
            FloatVector dots = all(0);
            for (int i = 0; i < x.length; i += COUNT) {
                FloatVector g = at(dy, i).mul(at(w, i));
                g.intoArray(dy, i);
                dots = g.fma(at(x, i), dots);
            }
            FloatVector slope = all(-Lanes.sum(dots, lanes) * r * r / width);
            for (int i = 0; i < x.length; i += COUNT)
                at(x, i).fma(slope, at(dy, i)).mul(r).intoArray(dy, i);
            Lanes.write(bf16, dy, 0, row(to, number), width);
        }
    }
}

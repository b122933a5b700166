package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

/// Rotary position embedding; see `Rope` for the formula.
///
/// @param bf16 whether operands are bf16 rather than fp32
record Rotations(boolean bf16) {

    private static final int SHARE = 64;

    /// x, cos, sin, y, heads, half, sign, packs: half of a head's numbers, in packs of 16 bytes
    void run(int blocks, Given given) {
        int heads = given.whole(4);
        int half = given.whole(5);
        int bytes = bf16 ? Short.BYTES : Float.BYTES;
        long halves = given.count(7) * (16 / bytes) / half;
        Workers.run(Math.toIntExact(halves / heads), SHARE, () -> {
            Head head = new Head(half, given.real(6));
            return (from, to) -> {
                for (int t = from; t < to; t++) {
                    long angle = (long) t * half * bytes;
                    head.angles(given.address(1) + angle, given.address(2) + angle);
                    for (int h = 0; h < heads; h++) {
                        long place = 2L * half * bytes * ((long) t * heads + h);
                        head.rotate(given.address(0) + place, given.address(3) + place, (long) half * bytes);
                    }
                }
            };
        });
    }

    /// One thread's scratch memory.
    private final class Head {
        private final int half;
        private final float sign;
        private final float[] cos;
        private final float[] sin;
        private final float[] first;
        private final float[] second;

        Head(int half, float sign) {
            this.half = half;
            this.sign = sign;
            int length = Lanes.padded(half);
            cos = new float[length];
            sin = new float[length];
            first = new float[length];
            second = new float[length];
        }

        void angles(long cosines, long sines) {
            Lanes.read(bf16, cosines, cos, 0, half);
            Lanes.read(bf16, sines, sin, 0, half);
            for (int i = 0; i < sin.length; i += COUNT)
                at(sin, i).mul(all(sign)).intoArray(sin, i);
        }

        void rotate(long from, long to, long bytes) {
            Lanes.read(bf16, from, first, 0, half);
            Lanes.read(bf16, from + bytes, second, 0, half);
            for (int i = 0; i < first.length; i += COUNT) {
                FloatVector x1 = at(first, i);
                FloatVector x2 = at(second, i);
                x1.mul(at(cos, i)).sub(x2.mul(at(sin, i))).intoArray(first, i);
                x2.mul(at(cos, i)).add(x1.mul(at(sin, i))).intoArray(second, i);
            }
            Lanes.write(bf16, first, 0, to, half);
            Lanes.write(bf16, second, 0, to + bytes, half);
        }
    }
}

package dev.tunedrop.trainer.kernel.vector;

import static dev.tunedrop.trainer.kernel.vector.Lanes.COUNT;
import static dev.tunedrop.trainer.kernel.vector.Lanes.all;
import static dev.tunedrop.trainer.kernel.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

/// A gate with the sigmoid linear unit; see `SwiGlu` for the formula.
///
/// @param bf16 whether operands are bf16 rather than fp32
record SiluGates(boolean bf16) {

    /// Elements that are in a core's first cache at once, five arrays of them.
    private static final int SHARE = 1024;

    private static final FloatVector ONE = all(1);

    /// g, u, h, n
    void forward(int blocks, Given given) {
        Workers.run(Math.toIntExact(given.count(3)), SHARE, () -> {
            float[] g = new float[SHARE];
            float[] u = new float[SHARE];
            return (from, to) -> {
                read(given, 0, from, to, g);
                read(given, 1, from, to, u);
                gated(g, u);
                write(u, given, 2, from, to);
            };
        });
    }

    /// g, u, dh, dg, du, n
    void backward(int blocks, Given given) {
        Workers.run(Math.toIntExact(given.count(5)), SHARE, () -> {
            float[] g = new float[SHARE];
            float[] u = new float[SHARE];
            float[] dh = new float[SHARE];
            return (from, to) -> {
                read(given, 0, from, to, g);
                read(given, 1, from, to, u);
                read(given, 2, from, to, dh);
                differentiate(g, u, dh);
                write(dh, given, 3, from, to);
                write(u, given, 4, from, to);
            };
        });
    }

    /// u becomes h.
    private static void gated(float[] g, float[] u) {
        for (int i = 0; i < SHARE; i += COUNT) {
            FloatVector gate = at(g, i);
            gate.mul(Exponential.sigmoid(gate)).mul(at(u, i)).intoArray(u, i);
        }
    }

    /// dh becomes dg, and u becomes du.
    private static void differentiate(float[] g, float[] u, float[] dh) {
        for (int i = 0; i < SHARE; i += COUNT) {
            FloatVector gate = at(g, i);
            FloatVector change = at(dh, i);
            FloatVector sigmoid = Exponential.sigmoid(gate);
            FloatVector slope = gate.mul(ONE.sub(sigmoid)).add(ONE).mul(sigmoid);
            change.mul(at(u, i)).mul(slope).intoArray(dh, i);
            change.mul(gate.mul(sigmoid)).intoArray(u, i);
        }
    }

    private void read(Given given, int index, int from, int to, float[] into) {
        Lanes.read(bf16, given.address(index) + (long) from * bytes(), into, 0, to - from);
    }

    private void write(float[] numbers, Given given, int index, int from, int to) {
        Lanes.write(bf16, numbers, 0, given.address(index) + (long) from * bytes(), to - from);
    }

    private int bytes() {
        return bf16 ? Short.BYTES : Float.BYTES;
    }
}

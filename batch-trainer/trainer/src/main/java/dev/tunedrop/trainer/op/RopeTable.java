package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Cosines and sines of every (position, frequency), made once and looked up for each micro-batch. Angles are fp32
/// products, as the reference implementation has them.
public final class RopeTable implements AutoCloseable {

    private final float[] frequencies;
    private final float magnitude;
    private final DataType compute;
    private final NDManager manager;
    private int positions;
    private NDArray cos;
    private NDArray sin;

    /// @param frequencies (D/2)
    /// @param magnitude of cosines and sines: 1, unless the model's scaling asks for another
    /// @param positions how many positions to begin with; it grows when a longer row comes
    public RopeTable(NDManager parent, float[] frequencies, float magnitude, int positions, DataType compute) {
        this.frequencies = frequencies.clone();
        this.magnitude = magnitude;
        this.compute = compute;
        this.manager = parent.newSubManager();
        this.positions = positions;
        this.cos = table(positions, true);
        this.sin = table(positions, false);
    }

    private NDArray table(int rows, boolean cosine) {
        float[] values = new float[Math.multiplyExact(rows, frequencies.length)];
        for (int p = 0; p < rows; p++) {
            for (int i = 0; i < frequencies.length; i++) {
                float angle = p * frequencies[i];
                float value = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
                values[p * frequencies.length + i] = value * magnitude;
            }
        }
        return Casts.to(compute, manager.create(values, new Shape(rows, frequencies.length)));
    }

    /// The rotation of a micro-batch's tokens, positions starting at 0 in every row.
    public Rope of(NDManager scope, Rows rows) {
        return at(scope, rows.positions());
    }

    /// The rotation of tokens at the given positions.
    public Rope at(NDManager scope, long... at) {
        long last = 0;
        for (long position : at) last = Math.max(last, position);
        if (last >= positions) grow(Math.toIntExact(last + 1));
        NDArray index = scope.create(at);
        Shape shape = new Shape(at.length, 1, frequencies.length);
        return new Rope(
                Ops.view(Ops.indexSelect(Aliases.in(scope, cos), 0, index), shape),
                Ops.view(Ops.indexSelect(Aliases.in(scope, sin), 0, index), shape));
    }

    private void grow(int needed) {
        positions = Math.max(needed, 2 * positions);
        cos.close();
        sin.close();
        cos = table(positions, true);
        sin = table(positions, false);
    }

    @Override
    public void close() {
        manager.close();
    }
}

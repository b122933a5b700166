package dev.tunedrop.trainer.kernel;

import ai.djl.ndarray.types.DataType;

/// A kernel of one type on one device.
public record Bound(Kernel kernel, Launcher launcher, DataType type) {

    /// A block of [Fused#THREADS] threads for each row.
    public void rows(String direction, long rows, Object... arguments) {
        launcher.launch(entry(direction), Math.toIntExact(rows), Fused.THREADS, arguments);
    }

    /// A thread for every `share` of `elements`, the last of which may be short.
    public void each(String direction, long elements, int share, Object... arguments) {
        long threads = Math.ceilDiv(elements, (long) share);
        int blocks = Math.toIntExact(Math.ceilDiv(threads, (long) Fused.THREADS));
        launcher.launch(entry(direction), blocks, Fused.THREADS, arguments);
    }

    /// Elements that 16 bytes hold: what a thread moves in one piece.
    public int pack() {
        return 16 / type.getNumOfBytes();
    }

    private String entry(String direction) {
        return direction.isEmpty() ? kernel.entry(type) : kernel.entry(direction, type);
    }
}

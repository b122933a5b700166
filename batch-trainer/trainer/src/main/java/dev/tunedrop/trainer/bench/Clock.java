package dev.tunedrop.trainer.bench;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.op.Aliases;

/// Times what a device does: operators only queue work there, so a time ends when an element of the result is here.
final class Clock {

    private static final int WARM_UP = 3;
    private static final int TIMED = 10;

    private Clock() {}

    /// Waits until everything that was queued before is done.
    static void waitFor(NDArray result) {
        try (NDManager scope = result.getManager().newSubManager()) {
            NDArray here = Aliases.in(scope, result);
            NDArray first = Ops.asStrided(here, new Shape(1), new long[] {1}, 0);
            Ops.cast(first, DataType.FLOAT32).toFloatArray();
        }
    }

    static double seconds(Runnable work, NDArray result) {
        long start = System.nanoTime();
        work.run();
        waitFor(result);
        return (System.nanoTime() - start) / 1e9;
    }

    /// What this process has taken of processors so far, all threads together: unlike time by the clock, other work on
    /// the machine hardly changes it. In ticks of 10 ms on Linux.
    static long processorNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// FLOP/s of a bf16 product (n, n) (n, n) of random numbers: what this device gives at best today.
    static double bf16Peak(NDManager parent, int n) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray a = Aten.inPlace(
                    "aten::normal_", "", manager.create(new Shape(n, n), DataType.BFLOAT16), 0.0, 1.0, null);
            NDArray b = Aten.inPlace(
                    "aten::normal_", "", manager.create(new Shape(n, n), DataType.BFLOAT16), 0.0, 1.0, null);
            for (int i = 0; i < WARM_UP; i++) Ops.mm(a, b).close();
            waitFor(a);
            double seconds = seconds(
                    () -> {
                        for (int i = 0; i < TIMED; i++) Ops.mm(a, b).close();
                    },
                    a);
            return TIMED * 2.0 * n * n * n / seconds;
        }
    }
}

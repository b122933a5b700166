package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.util.Locale;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.Attention;
import dev.tunedrop.trainer.op.Rows;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Attention alone at a model's shape, forward and backward, by the kernel that a pass would use. What both kernels of
/// a GPU take is in the outcome of their trial, which the first call here brings about.
///
/// FLOPs are those of causal attention: 2 · row · H D a token forward, 2.5 times that backward.
final class AttentionTimes {

    private static final int WARM_UP = 3;
    private static final int TIMED = 7;
    private static final double BACKWARD = 2.5;

    private AttentionTimes() {}

    static void run(Device device, boolean rehearsal, PrintStream out) {
        ModelConfig shape = Workload.shape(rehearsal ? "tiny" : "llama-3.1-8b");
        long row = rehearsal ? 32 : 4096;
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(device)) {
            NDArray q = normal(manager, 2 * row, shape.heads(), shape.headDim());
            NDArray k = normal(manager, 2 * row, shape.kvHeads(), shape.headDim());
            NDArray v = normal(manager, 2 * row, shape.kvHeads(), shape.headDim());
            Attention attention = new Attention(Rows.of(manager, (int) row, (int) row), 1 / Math.sqrt(shape.headDim()));
            Attention.Kept kept = attention.forward(q, k, v);
            double forward = seconds(manager, scope -> attention.forward(Aliases.in(scope, q), k, v));
            double backward = seconds(manager, scope -> attention.backward(Aliases.in(scope, q), q, k, v, kept));
            double flops = 2.0 * row * shape.queryWidth() * 2 * row;
            out.printf(
                    Locale.ROOT,
                    "attention of two rows of %d tokens: forward %.3f ms (%.1f TFLOP/s), backward %.3f ms (%.1f TFLOP/s)%n",
                    row,
                    forward * 1e3,
                    flops / forward / 1e12,
                    backward * 1e3,
                    BACKWARD * flops / backward / 1e12);
        }
    }

    @FunctionalInterface
    private interface Work {
        void in(NDManager scope);
    }

    private static double seconds(NDManager manager, Work work) {
        double[] times = new double[TIMED];
        NDArray any = normal(manager, 1);
        for (int i = -WARM_UP; i < TIMED; i++) {
            double seconds = Clock.seconds(
                    () -> {
                        try (NDManager scope = manager.newSubManager()) {
                            work.in(scope);
                        }
                    },
                    any);
            if (i >= 0) times[i] = seconds;
        }
        return Clock.median(times);
    }

    private static NDArray normal(NDManager manager, long... sizes) {
        return Aten.inPlace("aten::normal_", "", manager.create(new Shape(sizes), DataType.BFLOAT16), 0.0, 1.0, null);
    }
}

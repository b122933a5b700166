package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.kernel.Kernel;
import dev.tunedrop.trainer.kernel.Kernels;
import dev.tunedrop.trainer.op.Aliases;
import dev.tunedrop.trainer.op.CrossEntropy;
import dev.tunedrop.trainer.op.Gate;
import dev.tunedrop.trainer.op.Leaf;
import dev.tunedrop.trainer.op.RmsNorm;
import dev.tunedrop.trainer.op.Rope;
import dev.tunedrop.trainer.op.RopeTable;
import dev.tunedrop.trainer.op.Rows;
import dev.tunedrop.trainer.quant.Nf4Weight;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Each kernel against its twin on one device: whether they agree, and what each takes, in one process.
///
/// GB/s counts the bytes that the mathematics reads and writes, so a twin that moves more shows fewer. "In a pass" is
/// the time of all its launches in one forward and backward with recompute; a kernel that saves less than 3 % of a pass
/// is not worth its lines.
final class KernelTimes {

    private static final int WARM_UP = 3;
    private static final int TIMED = 7;

    private final ModelConfig shape;
    private final int tokens;
    private final DataType type;
    private final NDManager manager;
    private final PrintStream out;

    private KernelTimes(ModelConfig shape, int tokens, DataType type, NDManager manager, PrintStream out) {
        this.shape = shape;
        this.tokens = tokens;
        this.type = type;
        this.manager = manager;
        this.out = out;
    }

    /// One thing that a kernel does.
    ///
    /// @param bytes read and written
    /// @param inAPass how often
    private record Case(Kernel kernel, String name, double bytes, double inAPass, Consumer<NDManager> work) {}

    /// False where something could not be timed.
    static boolean run(Device device, boolean rehearsal, PrintStream out) {
        Verdicts verdicts = new Verdicts(out);
        ModelConfig shape = Workload.shape(rehearsal ? "tiny" : "llama-3.1-8b");
        int tokens = rehearsal ? 64 : 8192;
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(device)) {
            out.println(
                    "| kernel, of " + tokens + " tokens | type | twin ms | kernel ms | GB/s | twin's share of a pass"
                            + " ms | kernel's | saved ms |");
            out.println("|---|---|---|---|---|---|---|---|");
            for (DataType type : List.of(DataType.BFLOAT16, DataType.FLOAT32)) {
                try (NDManager scope = manager.newSubManager()) {
                    KernelTimes times = new KernelTimes(shape, tokens, type, scope, out);
                    for (Case each : times.cases())
                        verdicts.attempt(each.name + " in " + type, () -> times.print(each, device));
                }
            }
        }
        return verdicts.allGood();
    }

    private void print(Case each, Device device) {
        double twin;
        try (Kernels.Undo _ = Kernels.without(EnumSet.of(each.kernel))) {
            twin = milliseconds(each);
        }
        if (!device.isGpu()) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.3f | - | - | %.1f | - | - |%n",
                    each.name,
                    type,
                    twin,
                    twin * each.inAPass);
            return;
        }
        double fused = milliseconds(each);
        out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f | %.0f | %.1f | %.1f | %.1f |%n",
                each.name,
                type,
                twin,
                fused,
                each.bytes / fused / 1e6,
                twin * each.inAPass,
                fused * each.inAPass,
                (twin - fused) * each.inAPass);
    }

    private double milliseconds(Case each) {
        double[] times = new double[TIMED];
        NDArray any = normal(1, 1);
        for (int i = -WARM_UP; i < TIMED; i++) {
            double seconds = Clock.seconds(
                    () -> {
                        try (NDManager scope = manager.newSubManager()) {
                            each.work.accept(scope);
                        }
                    },
                    any);
            if (i >= 0) times[i] = seconds * 1e3;
        }
        return Clock.median(times);
    }

    private List<Case> cases() {
        int layers = shape.layers();
        int width = shape.hidden();
        int inner = shape.intermediate();
        double size = type.getNumOfBytes();
        double stream = (double) tokens * width;
        double gated = (double) tokens * inner;
        List<Case> cases = new ArrayList<>();

        Nf4Weight weight = Nf4Weight.random(manager, width, inner, type);
        double weights = (double) width * inner;
        double all = Limit.linearWeights(shape);
        cases.add(new Case(
                Kernel.NF4_OPEN,
                "NF4 opened",
                weights * (size + 4.127 / 8),
                2 * all / weights,
                scope -> weight.open(scope)));

        NDArray x = normal(tokens, width);
        NDArray dy = normal(tokens, width);
        RmsNorm norm = new RmsNorm(Leaf.frozen(normal(width)), shape.normEpsilon());
        cases.add(new Case(
                Kernel.RMS_NORM,
                "RMSNorm forward",
                2 * size * stream,
                4 * layers + 1,
                scope -> norm.forward(in(scope, x))));
        cases.add(new Case(
                Kernel.RMS_NORM,
                "RMSNorm backward",
                3 * size * stream,
                2 * layers + 1,
                scope -> norm.backward(in(scope, x), in(scope, dy))));

        NDArray q = normal(tokens, shape.heads(), shape.headDim());
        double heads = (double) tokens * shape.queryWidth();
        RopeTable table = new RopeTable(manager, shape.rope().frequencies(shape.headDim()), 1, tokens, type);
        Rope rope = table.of(manager, Rows.of(manager, tokens));
        double queriesAndKeys = 1 + (double) shape.kvHeads() / shape.heads();
        cases.add(new Case(
                Kernel.ROPE,
                "RoPE of the queries",
                2 * size * heads,
                3 * layers * queriesAndKeys,
                scope -> rope.forward(in(scope, q))));

        NDArray g = normal(tokens, inner);
        NDArray u = normal(tokens, inner);
        NDArray dh = normal(tokens, inner);
        gate(cases, Kernel.SWIGLU, "SwiGLU", Gate.SWIGLU, size * gated, layers, g, u, dh);
        gate(cases, Kernel.GEGLU, "GeGLU", Gate.GEGLU, size * gated, layers, g, u, dh);

        int rows = Math.min(tokens, 512);
        NDArray chosen = normal(rows, width);
        NDArray head = normal(shape.vocabulary(), width);
        NDArray targets = manager.zeros(new Shape(rows), DataType.INT64);
        CrossEntropy loss = new CrossEntropy(Leaf.frozen(head), CrossEntropy.chunkElements(head), null);
        cases.add(new Case(
                Kernel.CROSS_ENTROPY,
                "head and loss of " + rows + " tokens, products included",
                3 * size * rows * shape.vocabulary(),
                (double) tokens / rows,
                scope -> loss.lossAndGradients(in(scope, chosen), targets)));
        return cases;
    }

    private static void gate(
            List<Case> cases,
            Kernel kernel,
            String name,
            Gate gate,
            double bytes,
            int layers,
            NDArray g,
            NDArray u,
            NDArray dh) {
        cases.add(new Case(kernel, name + " forward", 3 * bytes, 2 * layers, scope -> gate.forward(in(scope, g), u)));
        cases.add(new Case(
                kernel,
                name + " backward",
                5 * bytes,
                layers,
                scope -> gate.backward(in(scope, g), in(scope, u), in(scope, dh))));
    }

    private NDArray normal(long... sizes) {
        return Aten.inPlace("aten::normal_", "", manager.create(new Shape(sizes), type), 0.0, 1.0, null);
    }

    private static NDArray in(NDManager scope, NDArray array) {
        return Aliases.in(scope, array);
    }
}

package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.optim.GradientNorm;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// Tokens per second and memory of one [Workload]: forward, backward and, timed apart, the optimiser's step.
final class Speed {

    private static final int WARM_UP = 2;
    private static final int MOST_STEPS = 12;
    private static final int FEWEST_STEPS = 3;
    private static final int GPU_PRODUCT = 8192;
    private static final int CPU_PRODUCT = 256;
    private static final double LEARNING_RATE = 1e-4;

    private final Workload workload;
    private final Device device;
    private final double seconds;
    private final PrintStream out;

    /// @param seconds budget for each of the workload's batches
    Speed(Workload workload, Device device, double seconds, PrintStream out) {
        this.workload = workload;
        this.device = device;
        this.seconds = seconds;
        this.out = out;
    }

    /// Prints a row a batch; false where a loss or gradient was no finite number.
    boolean run() {
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(device)) {
            double peak = Clock.bf16Peak(manager, device.isGpu() ? GPU_PRODUCT : CPU_PRODUCT);
            HeldMemory memory = HeldMemory.since(device);
            long start = System.nanoTime();
            ModelConfig shape = workload.shape();
            BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true)
                    .withActivationBytes(workload.recompute() ? 0 : Long.MAX_VALUE);
            try (FrozenBase base = FrozenBase.random(shape, options, manager)) {
                LoraConfig config =
                        new LoraConfig(Workload.RANK, 2 * Workload.RANK, false, 0, EnumSet.allOf(Projection.class));
                LoraAdapter adapter = LoraAdapter.fresh(shape, config, 1, manager);
                try (LoraModel model = LoraModel.trained(base, adapter, 1);
                        AdamW optimiser = new AdamW(model.parameters(), 0, manager)) {
                    Clock.waitFor(model.parameters().getLast().gradient());
                    out.printf(
                            "%s: bf16 product %.1f TFLOP/s, made in %.1f s, %.2f GiB at rest, of which linear maps %.2f%n",
                            workload.name(),
                            peak / 1e12,
                            (System.nanoTime() - start) / 1e9,
                            memory.gib(),
                            base.linearBytes() / (double) (1L << 30));
                    boolean finite = true;
                    for (Workload.Batch batch : workload.batches())
                        finite &= measure(batch, shape, model, optimiser, peak, memory);
                    return finite;
                }
            }
        }
    }

    private boolean measure(
            Workload.Batch shape,
            ModelConfig config,
            LoraModel model,
            AdamW optimiser,
            double peak,
            HeldMemory memory) {
        MicroBatch batch = batch(shape, config);
        NDArray last = model.parameters().getLast().gradient();
        List<Double> passes = new ArrayList<>();
        List<Double> updates = new ArrayList<>();
        double[] loss = new double[1];
        double[] norm = new double[1];
        boolean finite = true;
        long start = System.nanoTime();
        for (int step = 0; step < WARM_UP + MOST_STEPS; step++) {
            model.beginStep(step);
            double pass = Clock.seconds(() -> loss[0] = model.lossAndGradients(batch), last);
            double update = Clock.seconds(() -> norm[0] = update(model, optimiser, batch), last);
            finite &= Double.isFinite(loss[0]) && Double.isFinite(norm[0]) && norm[0] > 0;
            if (step < WARM_UP) continue;
            passes.add(pass);
            updates.add(update);
            if (passes.size() >= FEWEST_STEPS && (System.nanoTime() - start) / 1e9 > seconds) break;
        }
        double pass = median(passes);
        double update = median(updates);
        double speed = shape.tokens() / pass;
        double limit = Limit.tokensPerSecond(config, Workload.RANK, shape.row(), workload.recompute(), Limit.H200);
        double limitHere = Limit.tokensPerSecond(config, Workload.RANK, shape.row(), workload.recompute(), peak);
        out.printf(
                "%s: %d tokens in rows of %d: %.0f tokens/s (pass %.1f ms, median of %d; with the optimiser's %.1f ms"
                        + " %.0f tokens/s), %.1f %% of the limit at 790 TFLOP/s, %.1f %% of the limit at the product's"
                        + " rate, %s; peak %.2f GiB%s; loss %.3f%s%n",
                workload.name(),
                shape.tokens(),
                shape.row(),
                speed,
                pass * 1e3,
                passes.size(),
                update * 1e3,
                shape.tokens() / (pass + update),
                100 * speed / limit,
                100 * speed / limitHere,
                against("mark", workload.mark(), speed, true),
                memory.gib(),
                shape.equals(workload.batches().getFirst())
                        ? ", " + against("mark GiB", workload.markGiB(), memory.gib(), false)
                        : "",
                loss[0] / batch.trainedTokens(),
                finite ? "" : "; NOT FINITE");
        return finite;
    }

    /// Clips and moves the adapter; answers the gradients' norm.
    private static double update(LoraModel model, AdamW optimiser, MicroBatch batch) {
        double norm = GradientNorm.of(model.parameters());
        double mean = 1.0 / batch.trainedTokens();
        optimiser.step(LEARNING_RATE, mean * GradientNorm.clip(norm * mean, 1));
        model.parametersChanged();
        return norm;
    }

    private static String against(String name, OptionalDouble mark, double value, boolean more) {
        if (mark.isEmpty()) return "no " + name;
        boolean reached = more ? value >= mark.getAsDouble() : value <= mark.getAsDouble();
        return "%s %.1f %s (%.1f %%)"
                .formatted(name, mark.getAsDouble(), reached ? "reached" : "missed", 100 * value / mark.getAsDouble());
    }

    private static double median(List<Double> values) {
        return Clock.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static MicroBatch batch(Workload.Batch shape, ModelConfig config) {
        Random random = new Random(shape.tokens());
        int[] ids = random.ints(shape.tokens(), 0, config.vocabulary()).toArray();
        int[] targets = random.ints(shape.tokens(), 0, config.vocabulary()).toArray();
        return new MicroBatch(ids, targets, shape.lengths());
    }
}

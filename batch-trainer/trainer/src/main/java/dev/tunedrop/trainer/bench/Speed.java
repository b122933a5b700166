package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.PassForecast;
import dev.tunedrop.trainer.model.Randomness;
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
            Clock.bf16Peak(manager, CPU_PRODUCT); // the driver's context and LibTorch's kernels are loaded: not counted
            HeldMemory memory = HeldMemory.since(device);
            double peak = Clock.bf16Peak(manager, device.isGpu() ? GPU_PRODUCT : CPU_PRODUCT);
            long start = System.nanoTime();
            ModelConfig shape = workload.shape();
            BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true);
            if (workload.tight()) options = options.withActivationBytes(0);
            try (FrozenBase base = FrozenBase.random(shape, options, manager)) {
                LoraConfig config =
                        new LoraConfig(Workload.RANK, 2 * Workload.RANK, false, 0, EnumSet.allOf(Projection.class));
                LoraAdapter adapter = LoraAdapter.fresh(shape, config, 1, manager);
                Clock.waitFor(adapter.pairs().values().iterator().next().a());
                out.printf(
                        "%s: bf16 product %.1f TFLOP/s, made in %.1f s, base and adapter %.2f GiB, of which linear maps %.2f%n",
                        workload.name(),
                        peak / 1e12,
                        (System.nanoTime() - start) / 1e9,
                        memory.gib(),
                        base.linearBytes() / (double) (1L << 30));
                head();
                boolean finite = true;
                for (Workload.Batch batch : workload.batches()) {
                    FrozenBase kept = batch.keep() == null ? base : base.with(options.withKeep(batch.keep()));
                    try (LoraModel model = LoraModel.trained(kept, adapter, Randomness.of(1));
                            AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
                        if (batch.keep() == null) limitToTheFree(model);
                        finite &= measure(batch, shape, model, optimiser, peak, memory);
                    }
                }
                floors(shape, manager);
                return finite;
            }
        }
    }

    /// As a run does.
    private void limitToTheFree(LoraModel model) {
        if (device.isGpu())
            model.forecast()
                    .limit(PassForecast.allowed(
                            LibTorch.gpuMemory(device.getDeviceId()).freeBytes()));
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
        print(shape, config, model.forecast(), passes, updates, peak, memory.gib());
        if (!finite)
            out.printf(
                    "FAILED %s: loss %s or the gradients' norm %s is no finite number%n",
                    workload.name(), loss[0], norm[0]);
        return finite;
    }

    private void head() {
        out.println(
                "| part | tokens | row | kept | tokens/s | with optimiser | pass ms | of limit | its own FLOPs at this"
                        + " product's rate | mark | of mark | peak GiB | forecast of a pass GiB | expected GiB | mark GiB |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    }

    private void print(
            Workload.Batch shape,
            ModelConfig config,
            PassForecast forecast,
            List<Double> passes,
            List<Double> updates,
            double peak,
            double gib) {
        double pass = median(passes);
        double speed = shape.tokens() / pass;
        boolean first = shape.equals(workload.batches().getFirst());
        Map<Keep, Integer> layers = forecast.layers(shape.tokens());
        double own = PassWork.of(config, Workload.RANK, shape.row(), layers).flops();
        out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %s | %.0f | %.0f | %.1f | %.1f %% | %.1f %% | %s | %s | %.2f | %.2f | %s | %s |%n",
                workload.name(),
                shape.tokens(),
                shape.row(),
                kept(layers),
                speed,
                shape.tokens() / (pass + median(updates)),
                pass * 1e3,
                100 * speed / limit(shape, config, layers),
                100 * speed * own / peak,
                figure(workload.mark()),
                workload.mark().isEmpty()
                        ? "-"
                        : "%.0f %%".formatted(100 * speed / workload.mark().getAsDouble()),
                gib,
                forecast.bytes(shape.tokens()) / (double) (1L << 30),
                expected(shape, config),
                first ? figure(workload.markGiB()) : "-");
    }

    /// Of a pass that is short of memory; what else is held is the allocator's.
    private String expected(Workload.Batch shape, ModelConfig config) {
        if (!workload.tight()) return "-";
        return "%.2f"
                .formatted(
                        ExpectedMemory.of(config, Workload.RANK, shape.tokens()).gib());
    }

    /// Of one H200; without recompute where no layer is computed again.
    private static double limit(Workload.Batch shape, ModelConfig config, Map<Keep, Integer> layers) {
        boolean recompute = layers.getOrDefault(Keep.ALL, 0) < config.layers();
        return Limit.tokensPerSecond(config, Workload.RANK, shape.row(), recompute, Limit.H200);
    }

    /// `all 3, products 29`
    static String kept(Map<Keep, Integer> layers) {
        return layers.entrySet().stream()
                .map(each -> each.getKey().name().toLowerCase(Locale.ROOT) + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String figure(OptionalDouble mark) {
        return mark.isEmpty() ? "-" : "%.1f".formatted(mark.getAsDouble());
    }

    /// After everything else, since it takes memory of its own.
    private void floors(ModelConfig shape, NDManager manager) {
        for (int tokens : workload.batches().stream()
                .mapToInt(Workload.Batch::tokens)
                .distinct()
                .toArray()) {
            double floor = new MatmulFloor(DataType.BFLOAT16, tokens, false).of(shape, manager);
            out.printf(
                    Locale.ROOT,
                    "%s: the large products of %d tokens alone, none of them done again, take %.1f ms%n",
                    workload.name(),
                    tokens,
                    floor * 1e3);
        }
    }

    /// Clips and moves the adapter; answers the gradients' norm.
    private static double update(LoraModel model, AdamW optimiser, MicroBatch batch) {
        double norm = GradientNorm.of(model.parameters());
        double mean = 1.0 / batch.trainedTokens();
        optimiser.step(LEARNING_RATE, mean * GradientNorm.clip(norm * mean, 1));
        model.parametersChanged();
        return norm;
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

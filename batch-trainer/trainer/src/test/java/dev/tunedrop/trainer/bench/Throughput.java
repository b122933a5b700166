package dev.tunedrop.trainer.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.FullModel;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.model.Trainable;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// Tokens per second on this machine's CPU of a model of 2.7 million parameters, forward and backward, beside the time
/// that its large products alone take right after, and the time of all threads that the pass took of processors:
/// `THREADS TOKENS ROW STEPS [full|lora|qlora [FLOAT32|BFLOAT16
/// [BASE]]]`. A measurement, not a test.
final class Throughput {

    private static final int WARM_UP = 8; // the JVM compiles meanwhile; a run has thousands of passes
    private static final int RANK = 16;

    private Throughput() {}

    public static void main(String[] args) {
        LibTorch.setThreads(Integer.parseInt(args[0]));
        System.out.println(
                "| method | compute | tokens | row | tokens/s | pass ms | quickest ms | processor ms | large products ms | ratio |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        String[] methods = args.length > 4 ? new String[] {args[4]} : new String[] {"qlora", "lora", "full"};
        DataType[] types = args.length > 5
                ? new DataType[] {DataType.valueOf(args[5])}
                : new DataType[] {DataType.BFLOAT16, DataType.FLOAT32};
        if (args.length > 6) {
            for (String method : methods) for (DataType type : types) row(method, type, Path.of(args[6]), args);
            return;
        }
        try (RandomCheckpoint random = RandomCheckpoint.of("base-2.7m", 1)) {
            for (String method : methods) for (DataType type : types) row(method, type, random.directory(), args);
        }
    }

    private static void row(String method, DataType type, Path base, String[] args) {
        BaseOptions options = BaseOptions.of(type, method.equals("qlora"));
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(Device.cpu())) {
            if (method.equals("full")) {
                try (FullModel model = FullModel.load(base, options, Randomness.of(0), manager)) {
                    measure(method, type, model, model.config(), args, manager);
                }
                return;
            }
            try (FrozenBase frozen = FrozenBase.load(base, options, manager)) {
                LoraConfig config = new LoraConfig(RANK, 2 * RANK, false, 0, EnumSet.allOf(Projection.class));
                LoraAdapter adapter = LoraAdapter.fresh(frozen.config(), config, 1, manager);
                try (LoraModel model = LoraModel.trained(frozen, adapter, Randomness.of(1))) {
                    measure(method, type, model, frozen.config(), args, manager);
                }
            }
        }
    }

    private static void measure(
            String method, DataType type, Trainable model, ModelConfig config, String[] args, NDManager manager) {
        int tokens = Integer.parseInt(args[1]);
        int row = Integer.parseInt(args[2]);
        int[] ids = new Random(1).ints(tokens + 1, 0, config.vocabulary()).toArray();
        MicroBatch batch = new MicroBatch(
                Arrays.copyOf(ids, tokens),
                Arrays.copyOfRange(ids, 1, tokens + 1),
                new Workload.Batch(tokens, row, null).lengths());
        double[] passes = new double[Integer.parseInt(args[3])];
        double[] floors = new double[passes.length];
        double[] processor = new double[passes.length];
        MatmulFloor floor = new MatmulFloor(type, tokens, method.equals("full"));
        for (int step = -WARM_UP; step < passes.length; step++) {
            long before = Clock.processorNanos();
            long start = System.nanoTime();
            model.lossAndGradients(batch);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (step < 0) continue;
            processor[step] = (Clock.processorNanos() - before) / 1e9;
            passes[step] = seconds;
        }
        for (int i = 0; i < floors.length; i++)
            floors[i] = floor.of(config, manager); // passes follow one another, as in a run
        double pass = Clock.median(passes);
        double products = Clock.median(floors);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %d | %.0f | %.1f | %.1f | %.1f | %.1f | %.2f |%n",
                method,
                type == DataType.BFLOAT16 ? "bf16" : "fp32",
                tokens,
                row,
                tokens / pass,
                pass * 1e3,
                Arrays.stream(passes).min().orElseThrow() * 1e3,
                Clock.median(processor) * 1e3,
                products * 1e3,
                pass / products);
    }
}

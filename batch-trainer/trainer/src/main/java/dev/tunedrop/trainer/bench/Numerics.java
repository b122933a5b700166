package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.Draws;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.FullModel;
import dev.tunedrop.trainer.model.Keep;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.quant.StoredWeight;
import dev.tunedrop.trainer.weights.Projection;

/// The same small random model on a device and on the CPU: loss and every gradient, packed rows, in every precision.
///
/// fp32 differs by the order of sums alone. bf16 is held to the CPU's fp32: the device may be twice as far from it as
/// the CPU's own bf16 is. NF4 opens to the same bits everywhere.
final class Numerics {

    /// Families beside Llama; each has shapes of its own, `tiny-FAMILY`.
    private static final List<String> OTHERS = List.of("qwen2", "mistral", "gemma2");

    private static final int RANK = 4;
    /// Its draws are the same numbers on every device.
    private static final double DROPOUT = 0.1;

    private static final int STEPS = 5;
    private static final double FP32_LOSS = 1e-5;
    private static final double FP32_GRADIENT = 1e-4;
    private static final double FP32_AFTER_STEPS = 1e-4;
    private static final double SAME_LOSS = 1e-6;
    /// On a GPU the flash kernel adds dq up in any order.
    private static final double SAME_GRADIENT = 5e-3;

    private static final double BF16_FACTOR = 2;
    private static final double BF16_FLOOR = 1e-3;
    private static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.BFLOAT16);

    private final Device device;
    private final Verdicts verdicts;
    private final RandomCheckpoint checkpoint;
    private final MicroBatch batch;

    private Numerics(Device device, PrintStream out, RandomCheckpoint checkpoint) {
        this.device = device;
        this.verdicts = new Verdicts(out);
        this.checkpoint = checkpoint;
        this.batch = batch(Workload.shape("tiny").vocabulary(), 37, 64, 1, 22);
    }

    /// Prints a line a claim; false where one did not hold.
    static boolean run(Device device, PrintStream out) {
        boolean good = llama(device, out);
        for (String family : OTHERS) good &= family(family, device, out);
        return good;
    }

    private static boolean family(String family, Device device, PrintStream out) {
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of("tiny-" + family, 1)) {
            out.println(family + ":");
            Numerics numerics = new Numerics(device, out, checkpoint);
            numerics.verdicts.attempt("LoRA on an nf4 base", () -> numerics.adaptersAgree(true));
            return numerics.verdicts.allGood();
        }
    }

    private static boolean llama(Device device, PrintStream out) {
        try (RandomCheckpoint checkpoint = RandomCheckpoint.of("tiny", 1)) {
            Numerics numerics = new Numerics(device, out, checkpoint);
            Verdicts verdicts = numerics.verdicts;
            for (DataType type : TYPES)
                verdicts.attempt("NF4 in " + name(type), () -> numerics.nf4OpensToTheSameBits(type));
            verdicts.attempt("LoRA on a dense base", () -> numerics.adaptersAgree(false));
            verdicts.attempt("LoRA on an nf4 base", () -> numerics.adaptersAgree(true));
            verdicts.attempt("every weight's gradient", numerics::fullModelsAgree);
            verdicts.attempt("keeping and recomputing", numerics::recomputingChangesNothing);
            verdicts.attempt("AdamW steps", numerics::stepsAgree);
            return verdicts.allGood();
        }
    }

    private void nf4OpensToTheSameBits(DataType type) {
        BaseOptions options = BaseOptions.of(type, true);
        int different = 0;
        int seen = 0;
        try (NDManager here = manager(Device.cpu());
                NDManager there = manager(device);
                FrozenBase cpu = FrozenBase.load(checkpoint.directory(), options, here);
                FrozenBase other = FrozenBase.load(checkpoint.directory(), options, there)) {
            for (Map.Entry<String, StoredWeight> each : cpu.linears().entrySet()) {
                try (NDArray a = each.getValue().open(here);
                        NDArray b = other.linear(each.getKey()).open(there)) {
                    seen++;
                    if (!Arrays.equals(a.toByteArray(), b.toByteArray())) different++;
                }
            }
        }
        verdicts.check(
                "NF4 opens to the CPU's bits in " + name(type),
                different == 0 && seen > 0,
                "%d of %d matrices differ".formatted(different, seen));
    }

    private void adaptersAgree(boolean quantised) {
        String base = quantised ? "nf4" : "dense";
        Pass exact = adapted(Device.cpu(), DataType.FLOAT32, quantised);
        Pass.Distance fp32 = adapted(device, DataType.FLOAT32, quantised).to(exact);
        verdicts.check("LoRA on a " + base + " base in fp32", fp32.within(FP32_LOSS, FP32_GRADIENT), fp32.toString());
        Pass.Distance cpu = adapted(Device.cpu(), DataType.BFLOAT16, quantised).to(exact);
        Pass.Distance bf16 = adapted(device, DataType.BFLOAT16, quantised).to(exact);
        verdicts.check(
                "LoRA on a " + base + " base in bf16",
                bf16.within(BF16_FACTOR * cpu.loss() + BF16_FLOOR, BF16_FACTOR * cpu.worst() + BF16_FLOOR),
                bf16 + "; the CPU's own bf16: " + cpu);
    }

    private void fullModelsAgree() {
        Pass.Distance fp32 = full(device).to(full(Device.cpu()));
        verdicts.check("every weight's gradient in fp32", fp32.within(FP32_LOSS, FP32_GRADIENT), fp32.toString());
    }

    private void recomputingChangesNothing() {
        BaseOptions options = BaseOptions.of(DataType.BFLOAT16, true).withActivationBytes(0);
        Pass recomputed = adapted(device, options);
        for (Keep keep : List.of(Keep.ATTENTION, Keep.PRODUCTS, Keep.ALL)) {
            Pass.Distance bf16 = adapted(
                            device, options.withActivationBytes(Long.MAX_VALUE).withKeep(keep))
                    .to(recomputed);
            verdicts.check(
                    "keeping %s gives what recomputing gives, bf16"
                            .formatted(keep.name().toLowerCase(Locale.ROOT)),
                    bf16.within(SAME_LOSS, SAME_GRADIENT),
                    bf16.toString());
        }
    }

    private void stepsAgree() {
        double[] here = losses(Device.cpu());
        double[] there = losses(device);
        double worst = 0;
        for (int i = 0; i < STEPS; i++) worst = Math.max(worst, Math.abs(there[i] - here[i]) / here[i]);
        verdicts.check(
                STEPS + " AdamW steps in fp32",
                worst <= FP32_AFTER_STEPS && there[STEPS - 1] < there[0],
                String.format(Locale.ROOT, "losses %.2e apart, from %.4f to %.4f", worst, there[0], there[STEPS - 1]));
    }

    /// Short of memory.
    private Pass adapted(Device where, DataType type, boolean quantised) {
        return adapted(where, BaseOptions.of(type, quantised).withActivationBytes(0));
    }

    private Pass adapted(Device where, BaseOptions options) {
        try (NDManager manager = manager(where);
                FrozenBase base = FrozenBase.load(checkpoint.directory(), options, manager);
                LoraModel model = LoraModel.trained(base, adapter(base, manager), Randomness.of(1))) {
            return Pass.of(model, batch);
        }
    }

    private Pass full(Device where) {
        try (NDManager manager = manager(where);
                FullModel model = FullModel.load(
                        checkpoint.directory(), BaseOptions.of(DataType.FLOAT32, false), Randomness.of(0), manager)) {
            return Pass.of(model, batch);
        }
    }

    private double[] losses(Device where) {
        double[] losses = new double[STEPS];
        try (NDManager manager = manager(where);
                FrozenBase base =
                        FrozenBase.load(checkpoint.directory(), BaseOptions.of(DataType.FLOAT32, true), manager);
                LoraModel model = LoraModel.trained(base, adapter(base, manager), Randomness.of(1));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            for (int step = 0; step < STEPS; step++) {
                losses[step] = model.lossAndGradients(batch) / batch.trainedTokens();
                optimiser.step(1e-3, 1.0 / batch.trainedTokens());
                model.parametersChanged();
            }
        }
        return losses;
    }

    /// An adapter whose B is not zero, so that every gradient is one.
    private static LoraAdapter adapter(FrozenBase base, NDManager manager) {
        LoraConfig config = new LoraConfig(RANK, 2 * RANK, false, DROPOUT, EnumSet.allOf(Projection.class));
        LoraAdapter adapter = LoraAdapter.fresh(base.config(), config, 1, manager);
        adapter.pairs().forEach((module, pair) -> {
            int count = Math.toIntExact(pair.b().getShape().size());
            pair.b().set(new Draws(2, module).normal(count, 0.1));
        });
        return adapter;
    }

    private static NDManager manager(Device device) {
        return Engine.getEngine(LtEngine.NAME).newBaseManager(device);
    }

    /// Rows of these lengths; every row's first token predicts nothing that carries loss.
    private static MicroBatch batch(int vocabulary, int... lengths) {
        Random random = new Random(7);
        int tokens = Arrays.stream(lengths).sum();
        int[] ids = random.ints(tokens, 0, vocabulary).toArray();
        int[] targets = random.ints(tokens, 0, vocabulary).toArray();
        int first = 0;
        for (int length : lengths) {
            targets[first] = MicroBatch.NO_LOSS;
            first += length;
        }
        return new MicroBatch(ids, targets, lengths);
    }

    private static String name(DataType type) {
        return type == DataType.BFLOAT16 ? "bf16" : "fp32";
    }
}

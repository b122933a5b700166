package dev.tunedrop.trainer.bench;

import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.events.artefact.Safetensors;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Randomness;
import dev.tunedrop.trainer.optim.AdamW;
import dev.tunedrop.trainer.weights.LinearMap;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// Models whose first gradients and losses another implementation wrote down, on a device in fp32.
final class GoldenModels {

    private static final int RANK = 8;
    private static final double ALPHA = 16;
    private static final double GRADIENT = 1e-4;
    private static final double LOSS = 1e-5;

    /// @param model directory under the data's root
    /// @param golden what was written about it
    private record Case(String model, String golden, boolean quantised) {}

    private static final List<Case> CASES = List.of(
            new Case("models/stories260k-hf", "golden/stories260k.fp32.safetensors", false),
            new Case("models/stories260k-hf", "golden/stories260k.nf4dq.safetensors", true),
            new Case("models/tinystories-656k", "golden/tinystories-656k.fp32.safetensors", false),
            new Case("models/tinystories-656k", "golden/tinystories-656k.nf4dq.safetensors", true));

    private GoldenModels() {}

    /// @param data the directory that holds `models` and `golden`
    static boolean run(Path data, Device device, PrintStream out) {
        Verdicts verdicts = new Verdicts(out);
        int seen = 0;
        for (Case each : CASES) {
            if (!Files.isRegularFile(data.resolve(each.golden))) continue;
            seen++;
            verdicts.attempt(each.golden, () -> check(data, each, device, verdicts));
        }
        verdicts.check("golden models are in " + data, seen > 0, seen + " of " + CASES.size());
        return verdicts.allGood();
    }

    private static void check(Path data, Case each, Device device, Verdicts verdicts) {
        try (NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(device);
                Safetensors file = Safetensors.open(data.resolve(each.golden));
                FrozenBase base = FrozenBase.load(
                        data.resolve(each.model), BaseOptions.of(DataType.FLOAT32, each.quantised), manager);
                LoraModel model = LoraModel.trained(base, adapter(file, base.config(), manager), Randomness.of(0));
                AdamW optimiser = new AdamW(model.parameters(), AdamW.Options.plain(0), manager)) {
            MicroBatch batch = batch(file);
            double[] expected = file.bytes("losses_5_adamw_steps").toArray(DOUBLE);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            model.parameters().forEach(p -> gradients.put(p.name(), floats(file, "lora_grad." + p.name())));
            Pass first = Pass.of(model, batch);
            Pass.Distance distance = first.to(new Pass(expected[0], gradients));
            verdicts.check(each.golden + " gradients", distance.within(LOSS, GRADIENT), distance.toString());
            double worst = distance.loss();
            // the first step moves an element by the sign of its gradient alone, which may be rounding
            model.parameters()
                    .forEach(p -> p.gradient()
                            .set(times(Objects.requireNonNull(gradients.get(p.name())), batch.trainedTokens())));
            for (int step = 1; step < expected.length; step++) {
                optimiser.step(1e-3, 1.0 / batch.trainedTokens());
                model.parametersChanged();
                double loss = model.lossAndGradients(batch) / batch.trainedTokens();
                worst = Math.max(worst, Math.abs(loss - expected[step]) / expected[step]);
            }
            verdicts.check(each.golden + " AdamW losses", worst <= LOSS, "%.2e apart".formatted(worst));
        }
    }

    private static float[] times(float[] gradient, int factor) {
        float[] product = gradient.clone();
        for (int i = 0; i < product.length; i++) product[i] *= factor;
        return product;
    }

    private static LoraAdapter adapter(Safetensors file, ModelConfig model, NDManager manager) {
        LoraConfig config = new LoraConfig(RANK, ALPHA, false, 0, EnumSet.allOf(Projection.class));
        Map<String, LoraAdapter.Pair> pairs = new LinkedHashMap<>();
        for (LinearMap map : model.linearMaps()) {
            String module = map.module();
            NDArray a = manager.create(
                    floats(file, "lora_init." + LoraAdapter.aName(module)), new Shape(RANK, map.columns()));
            NDArray b =
                    manager.create(floats(file, "lora_init." + LoraAdapter.bName(module)), new Shape(map.rows(), RANK));
            pairs.put(module, new LoraAdapter.Pair(a, b));
        }
        return new LoraAdapter(config, pairs);
    }

    /// The padded rows of the file, packed without their padding.
    private static MicroBatch batch(Safetensors file) {
        long[] shape = file.tensor("input_ids").dimensions();
        long[] ids = file.bytes("input_ids").toArray(LONG);
        long[] mask = file.bytes("attention_mask").toArray(LONG);
        long[] labels = file.bytes("labels").toArray(LONG);
        int width = Math.toIntExact(shape[1]);
        int[] lengths = new int[Math.toIntExact(shape[0])];
        List<Integer> tokens = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        for (int row = 0; row < lengths.length; row++) {
            for (int t = 0; t < width && mask[row * width + t] == 1; t++) {
                int next = row * width + t + 1;
                boolean follows = t + 1 < width && mask[next] == 1 && labels[next] >= 0;
                tokens.add((int) ids[row * width + t]);
                targets.add(follows ? (int) labels[next] : MicroBatch.NO_LOSS);
                lengths[row]++;
            }
        }
        return new MicroBatch(ints(tokens), ints(targets), lengths);
    }

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static float[] floats(Safetensors file, String name) {
        return file.bytes(name).toArray(FLOAT);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}

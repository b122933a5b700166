package dev.tunedrop.trainer.model;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.weights.Architecture;
import dev.tunedrop.trainer.weights.Bert;
import dev.tunedrop.trainer.weights.Bloom;
import dev.tunedrop.trainer.weights.Gemma;
import dev.tunedrop.trainer.weights.Gemma2;
import dev.tunedrop.trainer.weights.Llama;
import dev.tunedrop.trainer.weights.Mistral;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;
import dev.tunedrop.trainer.weights.Qwen2;
import dev.tunedrop.trainer.weights.RopeConfig;

/// A random decoder small enough to differentiate by hand, with every odd proportion: H ≠ K, H D ≠ C, F no multiple.
final class Tiny {

    static final int VOCABULARY = 29;

    private Tiny() {}

    static NDManager manager() {
        NDManager manager = Engine.getEngine("LibTorch").newBaseManager(Device.cpu());
        LibTorch.setThreads(1); // small tensors; other work on this machine must not stall a parallel region
        return manager;
    }

    static ModelConfig config(boolean tied) {
        return config(tied, new Llama());
    }

    static ModelConfig config(boolean tied, Architecture architecture) {
        return new ModelConfig(
                architecture,
                VOCABULARY,
                24,
                40,
                3,
                4,
                architecture instanceof Bloom ? 4 : 2,
                8,
                1e-5,
                new RopeConfig(10_000, new RopeConfig.None(), RopeConfig.Precision.FP32),
                tied,
                64,
                0.2,
                List.of());
    }

    /// One of each family, with windows that are shorter than the rows of the tests.
    static Stream<Architecture> architectures() {
        return Stream.of(
                new Llama(),
                new Qwen2(List.of()),
                new Mistral(4),
                new Gemma(),
                new Gemma2(12, 3, 5, List.of(4, Architecture.NO_WINDOW, 4)),
                new Bloom(),
                new Bert(2));
    }

    /// Adds the same to every score of a query, which a softmax does not see: its gradient is rounding alone.
    static boolean unseen(Parameter parameter) {
        return parameter.name().endsWith("attention.self.key.bias");
    }

    static LoraAdapter adapter(ModelConfig model, double dropout, NDManager manager) {
        LoraConfig config = new LoraConfig(3, 6, false, dropout, java.util.Set.of(Projection.values()));
        LoraAdapter adapter = LoraAdapter.fresh(model, config, 1, manager);
        Random random = new Random(5);
        adapter.pairs().values().forEach(pair -> {
            float[] b = new float[(int) pair.b().getShape().size()];
            for (int i = 0; i < b.length; i++) b[i] = (float) random.nextGaussian() * 0.1f;
            pair.b().set(b);
        });
        return adapter;
    }

    /// Rows of the given lengths; the first token of each row predicts nothing that carries loss.
    static MicroBatch batch(int... lengths) {
        Random random = new Random(7);
        int tokens = Arrays.stream(lengths).sum();
        int[] ids = random.ints(tokens, 0, VOCABULARY).toArray();
        int[] targets = new int[tokens];
        int from = 0;
        for (int length : lengths) {
            for (int t = 0; t < length; t++)
                targets[from + t] = t == 0 || t == length - 1 ? MicroBatch.NO_LOSS : ids[from + t + 1];
            from += length;
        }
        return new MicroBatch(ids, targets, lengths);
    }

    static BaseOptions options() {
        return BaseOptions.of(DataType.FLOAT32, false);
    }
}

package dev.tunedrop.trainer.model;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.libtorch.LibTorch;
import dev.tunedrop.trainer.adapter.LoraAdapter;
import dev.tunedrop.trainer.adapter.LoraConfig;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.Projection;

/// Tokens per second on this machine of a model of 2.7 million parameters: `full|lora|qlora FLOAT32|BFLOAT16 THREADS
/// TOKENS ROW STEPS [BASE]`. A measurement, not a test.
final class Throughput {

    private static final String CONFIG = """
            {"model_type": "llama", "vocab_size": 2048, "hidden_size": 192, "intermediate_size": 512,
             "num_hidden_layers": 6, "num_attention_heads": 6, "num_key_value_heads": 2,
             "tie_word_embeddings": true, "max_position_embeddings": 1024}
            """;

    private Throughput() {}

    public static void main(String[] args) throws IOException {
        String method = args[0];
        DataType compute = DataType.valueOf(args[1]);
        Path base = args.length > 6 ? Path.of(args[6]) : Files.createTempDirectory("throughput");
        try (NDManager manager = Tiny.manager()) {
            if (args.length <= 6) make(base, manager);
            LibTorch.setThreads(Integer.parseInt(args[2]));
            BaseOptions options = BaseOptions.of(compute, method.equals("qlora"));
            if (method.equals("full")) {
                try (FullModel model = FullModel.load(base, options, manager)) {
                    measure(model, model.config().vocabulary(), args);
                }
            } else {
                try (FrozenBase frozen = FrozenBase.load(base, options, manager)) {
                    LoraConfig config = new LoraConfig(16, 32, false, 0, Set.of(Projection.values()));
                    LoraAdapter adapter = LoraAdapter.fresh(frozen.config(), config, 1, manager);
                    try (LoraModel model = LoraModel.trained(frozen, adapter, 1)) {
                        measure(model, frozen.config().vocabulary(), args);
                    }
                }
            }
        }
    }

    private static void make(Path directory, NDManager manager) throws IOException {
        Files.writeString(directory.resolve(ModelConfig.FILE), CONFIG);
        try (FullModel fresh = FullModel.fresh(ModelConfig.read(directory), Tiny.options(), 1, manager)) {
            List<SafetensorsWriter.Tensor> tensors = fresh.parameters().stream()
                    .map(p -> SafetensorsWriter.Tensor.ofFloats(
                            p.name(),
                            p.master().getShape().getShape(),
                            p.master().toFloatArray()))
                    .toList();
            SafetensorsWriter.write(directory.resolve("model.safetensors"), Map.of(), tensors);
        }
    }

    private static void measure(Trainable model, int vocabulary, String[] args) {
        int tokens = Integer.parseInt(args[3]);
        int[] ids = new Random(1).ints(tokens, 0, vocabulary).toArray();
        int[] targets = Arrays.copyOfRange(ids, 1, tokens + 1);
        int[] lengths = new int[tokens / Integer.parseInt(args[4])];
        Arrays.fill(lengths, Integer.parseInt(args[4]));
        MicroBatch batch = new MicroBatch(ids, targets, lengths);
        for (int step = 0; step < Integer.parseInt(args[5]); step++) {
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long start = System.nanoTime();
            double loss = model.lossAndGradients(batch);
            double seconds = (System.nanoTime() - start) / 1e9;
            double busy = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
            System.out.printf(
                    "step %d loss %.4f %.0f tokens/s (%.1f ms, this thread %.1f ms)%n",
                    step, loss / tokens, tokens / seconds, seconds * 1e3, busy * 1e3);
        }
    }
}

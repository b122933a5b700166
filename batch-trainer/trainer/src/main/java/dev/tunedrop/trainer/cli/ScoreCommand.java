package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.DType;
import dev.tunedrop.events.artefact.SafetensorsWriter;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.MicroBatch;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.run.Compute;
import dev.tunedrop.trainer.weights.ModelConfig;
import dev.tunedrop.trainer.weights.RopeConfig;

/// `score`: the logits of given token ids, for comparison with another implementation. Computes in fp32; one row of
/// logits is in memory at a time.
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = "Write the logits of token ids to a safetensors file.",
        footer = {
            "",
            "IDS.json holds rows of token ids, [[1, 15, 7], [1, 9]]. The output holds one fp32 tensor logits.I of shape"
                    + " (tokens, vocabulary) for row I."
        })
public final class ScoreCommand implements Callable<Integer> {

    @Option(names = "--base", required = true, paramLabel = "DIR", description = "Base model in Hugging Face layout.")
    private Path base = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "Adapter in PEFT layout.")
    private @Nullable Path adapter;

    @Option(names = "--ids", required = true, paramLabel = "IDS.json", description = "Rows of token ids.")
    private Path ids = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the logits go.")
    private Path out = Path.of("");

    @Option(names = "--nf4", description = "Hold the base in 4-bit NF4, as qlora does.")
    private boolean nf4;

    @Option(
            names = "--bf16-rope",
            description = "Round RoPE frequencies to bf16, as a program does that casts a whole model.")
    private boolean bf16Rope;

    private final PrintStream screen = System.out;

    @Override
    public Integer call() {
        ModelConfig config = ModelConfig.read(base);
        List<int[]> rows = rows(config.vocabulary());
        long tokens = Answers.of(() -> score(config, rows));
        screen.printf("%d rows, %d tokens: %s%n", rows.size(), tokens, out);
        return 0;
    }

    private long score(ModelConfig config, List<int[]> rows) {
        ModelConfig read = bf16Rope ? config.with(config.rope().with(RopeConfig.Precision.BF16)) : config;
        try (Compute here = Compute.open();
                NDManager manager = here.newManager();
                FrozenBase frozen = FrozenBase.load(base, read, BaseOptions.of(DataType.FLOAT32, nf4), manager);
                Scored model = adapter == null
                        ? LoraModel.without(frozen)
                        : LoraModel.frozen(frozen, AdapterFiles.load(adapter, config, manager))) {
            List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
            long tokens = 0;
            for (int i = 0; i < rows.size(); i++) {
                int[] row = rows.get(i);
                long[] shape = {row.length, config.vocabulary()};
                tensors.add(SafetensorsWriter.Tensor.of(
                        "logits." + i, DType.F32, shape, channel -> write(model, row, manager, channel)));
                tokens += row.length;
            }
            SafetensorsWriter.write(out, Map.of(), tensors);
            return tokens;
        } catch (IOException e) {
            throw new UserMistake("%s cannot be written (%s). Choose another --out".formatted(out, e.getMessage()), e);
        }
    }

    private static void write(Scored model, int[] row, NDManager manager, WritableByteChannel channel)
            throws IOException {
        try (NDManager scope = manager.newSubManager();
                NDManager host = scope.newSubManager(Device.cpu())) {
            NDArray logits = model.logits(MicroBatch.of(row), scope);
            NDArray there = scope.getDevice().isGpu() ? Ops.toDevice(logits, Device.cpu(), host) : logits;
            SafetensorsWriter.copy(Ops.segment(there), channel);
        }
    }

    private List<int[]> rows(int vocabulary) {
        if (!Files.isRegularFile(ids)) throw mistake("there is no such file");
        JsonNode document;
        try {
            document = Json.read(ids, JsonNode.class);
        } catch (InvalidDocument e) {
            throw new UserMistake(e.getMessage() + ". Write rows of token ids: [[1, 15, 7], [1, 9]]", e);
        }
        if (!document.isArray() || document.isEmpty()) throw mistake("holds no rows");
        List<int[]> rows = new ArrayList<>();
        for (JsonNode row : document) {
            String name = "row " + rows.size();
            if (!row.isArray() || row.isEmpty()) throw mistake(name + " holds no token ids");
            int[] values = new int[row.size()];
            for (int t = 0; t < values.length; t++) {
                JsonNode id = row.get(t);
                if (!id.canConvertToInt() || !id.isIntegralNumber() || id.intValue() < 0 || id.intValue() >= vocabulary)
                    throw mistake("%s, position %d: no token id of this model, which has 0 to %d"
                            .formatted(name, t, vocabulary - 1));
                values[t] = id.intValue();
            }
            rows.add(values);
        }
        return rows;
    }

    private UserMistake mistake(String what) {
        return new UserMistake("%s: %s. Write rows of token ids: [[1, 15, 7], [1, 9]]".formatted(ids, what));
    }
}

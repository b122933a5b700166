package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.data.HeldOut;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.rows.ShardMaker;
import dev.tunedrop.trainer.run.Compute;

/// `eval`: the mean loss over the trained tokens of a JSONL file.
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measure the loss of a base model, with or without an adapter, on a JSONL file.",
        footer = {"", "The loss is the mean over the tokens that carry loss, in nats."})
public final class EvalCommand implements Callable<Integer> {

    /// Precision of activations and products.
    enum Precision {
        fp32(DataType.FLOAT32),
        bf16(DataType.BFLOAT16);

        private final DataType type;

        Precision(DataType type) {
            this.type = type;
        }
    }

    @Option(names = "--base", required = true, paramLabel = "DIR", description = "Base model in Hugging Face layout.")
    private Path base = Path.of("");

    @Option(names = "--adapter", paramLabel = "DIR", description = "Adapter in PEFT layout.")
    private @Nullable Path adapter;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Rows of \"messages\", or of \"prompt\" and \"completion\".")
    private Path data = Path.of("");

    @Option(names = "--nf4", description = "Hold the base in 4-bit NF4, as qlora does.")
    private boolean nf4;

    @Option(
            names = "--compute",
            paramLabel = "PRECISION",
            defaultValue = "fp32",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Precision compute = Precision.fp32;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "2048",
            description = "Longer rows lose their end (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(names = "--json", description = "Print {\"loss\": …, \"tokens\": …}.")
    private boolean json;

    private final PrintStream screen = System.out;

    @Override
    public Integer call() {
        HeldOut.Loss loss = Answers.of(this::measure);
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("loss", loss.mean());
            answer.put("tokens", loss.tokens());
            screen.println(Json.writeLine(answer));
        } else {
            screen.printf(Locale.ROOT, "loss %.6f over %,d tokens%n", loss.mean(), loss.tokens());
        }
        return 0;
    }

    private HeldOut.Loss measure() {
        try (Scratch scratch = new Scratch();
                BaseText text = BaseText.load(base);
                Compute here = Compute.open();
                NDManager manager = here.newManager()) {
            Path shard = scratch.file("rows.safetensors");
            new ShardMaker(text, maxTokens).all(data, shard);
            try (TokenShardReader rows = TokenShardReader.open(shard);
                    FrozenBase frozen = FrozenBase.load(base, BaseOptions.of(compute.type, nf4), manager);
                    Scored model = adapter == null
                            ? LoraModel.without(frozen)
                            : LoraModel.frozen(frozen, AdapterFiles.load(adapter, frozen.config(), manager))) {
                return HeldOut.loss(rows, maxTokens, model::loss);
            }
        }
    }

    /// A folder for the length of the command.
    private static final class Scratch implements AutoCloseable {
        private final Path directory;

        Scratch() {
            try {
                directory = Files.createTempDirectory("tunedrop-eval");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make a folder for temporary files: " + e.getMessage(), e);
            }
        }

        Path file(String name) {
            return directory.resolve(name);
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(file("rows.safetensors"));
                Files.deleteIfExists(directory);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove " + directory + ": " + e.getMessage(), e);
            }
        }
    }
}

package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.TokenShardReader;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.data.Classified;
import dev.tunedrop.trainer.data.HeldOut;
import dev.tunedrop.trainer.model.BaseOptions;
import dev.tunedrop.trainer.model.FrozenBase;
import dev.tunedrop.trainer.model.LabelLogits;
import dev.tunedrop.trainer.model.LoraModel;
import dev.tunedrop.trainer.model.PreferenceModel;
import dev.tunedrop.trainer.model.RewardTally;
import dev.tunedrop.trainer.model.Scored;
import dev.tunedrop.trainer.op.PreferenceLoss;
import dev.tunedrop.trainer.rows.LabelledShards;
import dev.tunedrop.trainer.rows.ShardMaker;
import dev.tunedrop.trainer.rows.Shards;
import dev.tunedrop.trainer.run.Compute;
import dev.tunedrop.trainer.weights.ModelConfig;

/// `eval`: the mean loss over the trained tokens of a JSONL file.
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measure the loss of a base model, with or without an adapter, on a JSONL file.",
        footer = {
            "",
            "The loss is the mean over the tokens that carry loss, in nats; of a classifier over the rows, with accuracy"
                    + " and macro F1."
        })
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
            description =
                    "Rows of \"messages\", of \"prompt\" and \"completion\", of \"text\" and \"label\", or of \"prompt\","
                            + " \"chosen\" and \"rejected\".")
    private Path data = Path.of("");

    @Option(
            names = "--beta",
            paramLabel = "B",
            defaultValue = "0.1",
            description = "Of preference pairs: what a reward counts (default: ${DEFAULT-VALUE}).")
    private double beta;

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

    @Option(
            names = "--json",
            description = "Print {\"loss\": …, \"tokens\": …}; of a classifier accuracy, macroF1 and rows; of pairs"
                    + " accuracy, margin and pairs.")
    private boolean json;

    private final PrintStream screen = System.out;

    @Override
    public Integer call() {
        EvalAnswer answer = Answers.of(this::measure);
        screen.println(json ? Json.writeLine(answer.fields()) : answer.sentence());
        return 0;
    }

    private EvalAnswer measure() {
        ModelConfig config = ModelConfig.read(base);
        if (adapter != null) config = AdapterFiles.model(adapter, config);
        try (Scratch scratch = new Scratch();
                BaseText text = BaseText.load(base);
                Compute here = Compute.open();
                NDManager manager = here.newManager()) {
            Path shard = scratch.file("rows.safetensors");
            List<String> labels = config.labels();
            Shards shards =
                    labels.isEmpty() ? new ShardMaker(text, maxTokens) : new LabelledShards(text, labels, maxTokens);
            shards.all(data, shard);
            try (TokenShardReader rows = TokenShardReader.open(shard);
                    FrozenBase frozen = FrozenBase.load(base, config, BaseOptions.of(compute.type, nf4), manager)) {
                return rows.pairs() ? pairs(rows, frozen, manager) : rows(rows, frozen, manager);
            }
        }
    }

    private EvalAnswer rows(TokenShardReader rows, FrozenBase frozen, NDManager manager) {
        try (Scored model = adapter == null
                ? LoraModel.without(frozen)
                : LoraModel.frozen(frozen, AdapterFiles.load(adapter, frozen.config(), manager))) {
            return frozen.config().labels().isEmpty()
                    ? new EvalAnswer.Tokens(HeldOut.loss(rows, maxTokens, model::loss))
                    : new EvalAnswer.Rows(
                            Classified.of(rows, maxTokens, batch -> LabelLogits.of(model, batch, manager)));
        }
    }

    /// The base judges the adapter, so there is nothing to measure of the base alone.
    private EvalAnswer pairs(TokenShardReader rows, FrozenBase frozen, NDManager manager) {
        if (adapter == null)
            throw new UserMistake(
                    "The rows are preference pairs, which compare an adapter with its base. Name one with --adapter.");
        LoraModel adapted = LoraModel.frozen(frozen, AdapterFiles.load(adapter, frozen.config(), manager));
        try (PreferenceModel model = PreferenceModel.of(frozen, adapted, new PreferenceLoss(beta, 0))) {
            RewardTally tally = new RewardTally();
            HeldOut.Loss loss = HeldOut.loss(rows, maxTokens, batch -> model.score(batch, tally));
            Rewards rewards = tally.rewards();
            if (rewards == null)
                throw new UserMistake("No pair has a token to learn within its first %d tokens. Raise --max-tokens."
                        .formatted(maxTokens));
            return new EvalAnswer.Pairs(loss, rewards);
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

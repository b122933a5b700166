package dev.tunedrop.trainer.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.rows.HeldOutRows;
import dev.tunedrop.trainer.rows.LabelledShards;
import dev.tunedrop.trainer.rows.ShardMaker;
import dev.tunedrop.trainer.rows.Shards;
import dev.tunedrop.trainer.run.Ending;
import dev.tunedrop.trainer.run.FineTuning;
import dev.tunedrop.trainer.run.ProgressLine;
import dev.tunedrop.trainer.run.StepListener;
import dev.tunedrop.trainer.run.StopSignals;
import dev.tunedrop.trainer.run.Termination;
import dev.tunedrop.trainer.run.Walls;
import dev.tunedrop.trainer.tracking.Tracking;

/// `train`: a fine-tune on this machine, from a JSONL file to an adapter.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Fine-tune a base model on a JSONL file, without the pipeline.",
        footer = {
            "",
            "OUT receives the adapter in PEFT layout (or, with --method full, the model in Hugging Face layout) and",
            "under OUT/training its metrics, losses and checkpoints. Stopped in any way, the same command goes on from",
            "the newest checkpoint and ends with the same bytes.",
            "Exit codes: 0 done, 2 a mistake to put right, 75 interrupted with a checkpoint saved."
        })
public final class TrainCommand implements Callable<Integer> {

    @Option(names = "--base", required = true, paramLabel = "DIR", description = "Base model in Hugging Face layout.")
    private Path base = Path.of("");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE.jsonl",
            description =
                    "Rows of \"messages\", of \"prompt\" and \"completion\", or of \"prompt\", \"chosen\" and \"rejected\".")
    private Path data = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the result goes.")
    private Path out = Path.of("");

    @Option(names = "--settings", paramLabel = "tune.json", description = "Settings; absent ones have defaults.")
    private @Nullable Path settingsFile;

    @Option(
            names = "--validation",
            paramLabel = "FILE.jsonl",
            description = "Held-out rows; else those of --data from validationFrom on, or a share (validationShare).")
    private @Nullable Path validation;

    @Option(
            names = "--from-scratch",
            description =
                    "Start from random weights: --base needs only config.json and a tokenizer. With --method full.")
    private boolean fromScratch;

    @Option(names = "--method", paramLabel = "METHOD", description = "qlora, lora or full.")
    private @Nullable String method;

    @Option(names = "--max-steps", paramLabel = "N", description = "Limit on optimiser steps.")
    private @Nullable String maxSteps;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Any other setting, over the file's: --set rank=8 --set compute=fp32.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    private final PrintStream screen = System.out;

    @Override
    public Integer call() {
        return Answers.of(this::train);
    }

    private int train() {
        Map<String, String> all = new LinkedHashMap<>(overrides);
        if (method != null) all.put("method", method);
        if (maxSteps != null) all.put("maxSteps", maxSteps);
        RunSettings settings = SettingsOptions.read(settingsFile, all, name(base));
        if (Files.isDirectory(base)) FineTuning.refuseBaseAsOut(base, out);
        StopSignals stop = new StopSignals();
        Walls.set(stop, settings, rate());
        try (Termination termination = new Termination(stop);
                OneWriter _ = OneWriter.of(writable(out.resolve("training")))) {
            FineTuning.Request request = prepare(settings);
            return termination.exitWith(report(followed(request, stop)));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write %s: %s; make room, then start the run again".formatted(out, e.getMessage()), e);
        }
    }

    private FineTuning.Outcome followed(FineTuning.Request request, StopSignals stop) {
        String dataset = name(data).replaceFirst("\\.jsonl?$", "");
        try (Tracking tracking = Tracking.of(request.settings(), request.runId(), dataset, System::getenv)) {
            List<StepListener> listeners = List.of(new ProgressLine(screen), tracking);
            FineTuning.Outcome outcome = new FineTuning(request, listeners, stop).run();
            tracking.ended(outcome);
            return outcome;
        }
    }

    private FineTuning.Request prepare(RunSettings settings) throws IOException {
        if (!Files.isRegularFile(base.resolve("config.json")))
            throw new UserMistake(
                    base + " holds no config.json. Name the folder of a base model in Hugging Face layout.");
        Path training = out.resolve("training");
        Path trainShard = training.resolve("train.shard.safetensors");
        Path validationShard = training.resolve("validation.shard.safetensors");
        ShardMaker.Made made;
        boolean heldOut;
        try (BaseText text = BaseText.load(base)) {
            List<String> labels = LabelledShards.labels(data);
            Shards shards = labels.isEmpty()
                    ? new ShardMaker(text, settings.maxTokens())
                    : new LabelledShards(text, labels, settings.maxTokens());
            if (validation == null) {
                made = shards.split(data, trainShard, validationShard, HeldOutRows.of(settings));
                heldOut = made.heldOut() > 0;
            } else {
                made = shards.all(data, trainShard);
                heldOut = shards.all(validation, validationShard).rows() > 0;
            }
        }
        screen.printf(
                Locale.ROOT,
                "%,d rows (%,d held out), %,d tokens to learn of %,d%s%n",
                made.rows(),
                made.heldOut(),
                made.trainedTokens(),
                made.tokens(),
                made.truncated() == 0 ? "" : "; %,d rows lose their end".formatted(made.truncated()));
        return new FineTuning.Request(
                name(out),
                settings,
                base,
                fromScratch,
                trainShard,
                Sha256.of(trainShard),
                heldOut ? validationShard : null,
                null,
                out,
                training.resolve("metrics.jsonl"),
                new DirectoryStore(training.resolve("checkpoints")));
    }

    private static @Nullable BigDecimal rate() {
        String rate = System.getenv(Walls.RATE);
        return rate == null || rate.isBlank() ? null : Walls.rate(rate);
    }

    private static String name(Path directory) {
        return directory.toAbsolutePath().normalize().getFileName().toString();
    }

    private static Path writable(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            String why = e instanceof FileSystemException refused && refused.getReason() != null
                    ? refused.getReason()
                    : "the folder that it lies in takes none";
            throw new UserMistake(
                    "The directory %s cannot be made: %s. Choose another --out.".formatted(directory, why), e);
        }
    }

    private int report(FineTuning.Outcome outcome) throws IOException {
        TrainingResult result = outcome.result();
        HeldOutLosses losses = outcome.heldOut();
        if (outcome.ending() == Ending.INTERRUPTED || result == null || losses == null) {
            screen.printf(
                    Locale.ROOT,
                    "interrupted after step %d of %d; the same command goes on from there%n",
                    outcome.step(),
                    outcome.steps());
            return Termination.TRY_AGAIN;
        }
        Files.write(out.resolve("training/heldout.json"), Json.bytes(losses));
        Files.write(out.resolve("training/result.json"), Json.bytes(result));
        if (result.stopped() != null)
            screen.printf(
                    Locale.ROOT,
                    "stopped after step %d of %d: %s%n",
                    outcome.step(),
                    outcome.steps(),
                    result.stopped());
        if (result.keptStep() != result.steps())
            screen.printf(Locale.ROOT, "the weights are those of step %d, the best%n", result.keptStep());
        if (losses.adapterLoss() != null)
            screen.printf(
                    Locale.ROOT,
                    "held-out loss %s%.4f over %,d tokens%n",
                    losses.baseLoss() == null ? "" : String.format(Locale.ROOT, "%.4f → ", losses.baseLoss()),
                    losses.adapterLoss(),
                    losses.tokens());
        screen.printf(
                Locale.ROOT,
                "%s: sha256 %s, %.1f s of training, peak memory %,d MiB%n",
                out,
                result.adapterSha256(),
                result.trainSeconds(),
                result.peakMemoryBytes() >> 20);
        return 0;
    }
}

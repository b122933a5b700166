package dev.tunedrop.tinybase.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.TrainingResult;
import dev.tunedrop.tinybase.TinyBase;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.run.Ending;
import dev.tunedrop.trainer.run.FineTuning;
import dev.tunedrop.trainer.run.ProgressLine;
import dev.tunedrop.trainer.run.StopSignals;

/// `./tunedrop make-base`: makes the tiny base model again, from nothing but a seed.
@Command(
        name = "make-base",
        mixinStandardHelpOptions = true,
        description =
                "Makes the tiny base model again: text from a grammar, a tokenizer learnt from it, a Llama trained on"
                        + " it by the full method.")
public final class MakeBaseCommand implements Callable<Integer> {

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "where the model goes, such as models/tunedrop-tiny")
    private Path out = Path.of("");

    @Option(
            names = "--seed",
            defaultValue = "7",
            description = "of text, order and first weights (default ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--tokens",
            defaultValue = "4000000",
            paramLabel = "N",
            description = "tokens to train on (default ${DEFAULT-VALUE})")
    private long tokens;

    @Option(
            names = "--batch",
            defaultValue = "8",
            paramLabel = "N",
            description = "sequences a step (default ${DEFAULT-VALUE})")
    private int batch;

    @Option(
            names = "--length",
            defaultValue = "256",
            paramLabel = "N",
            description = "tokens a sequence (default ${DEFAULT-VALUE})")
    private int length;

    @Option(names = "--rate", defaultValue = "0.003", description = "learning rate (default ${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--compute", defaultValue = "bf16", description = "bf16 or fp32 (default ${DEFAULT-VALUE})")
    private String compute = "bf16";

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "600",
            description = "stop after this long and keep what was learnt (default ${DEFAULT-VALUE})")
    private int minutes;

    @Override
    public Integer call() throws IOException {
        if (tokens < 10_000) throw new UserMistake("--tokens is " + tokens + ". A language takes at least 10000.");
        Path scratch = Files.createTempDirectory("tunedrop-base");
        try {
            return make(scratch, System.out);
        } finally {
            deleteAll(scratch);
        }
    }

    private int make(Path scratch, PrintStream console) throws IOException {
        TinyBase base = new TinyBase(seed);
        Path start = scratch.resolve("start");
        base.writeFiles(start);
        TinyBase.Rows rows = base.writeRows(start, scratch, tokens);
        console.printf(Locale.ROOT, "%,d documents, %,d tokens%n", rows.documents(), rows.tokens());
        FineTuning.Outcome outcome = train(start, rows, scratch, console);
        TrainingResult result = outcome.result();
        HeldOutLosses heldOut = outcome.heldOut();
        if (result == null || heldOut == null) {
            console.println("Interrupted; nothing was written.");
            return 1;
        }
        Files.writeString(out.resolve("README.md"), readme(outcome.ending(), result, heldOut, rows));
        console.println("Written: " + out);
        return 0;
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }

    private FineTuning.Outcome train(Path start, TinyBase.Rows rows, Path scratch, PrintStream console)
            throws IOException {
        Files.createDirectories(out);
        FineTuning.Request request = new FineTuning.Request(
                "make-base",
                settings(),
                start,
                true,
                rows.train(),
                Sha256.of(rows.train()),
                rows.heldOut(),
                null,
                out,
                scratch.resolve("metrics.jsonl"),
                new DirectoryStore(scratch.resolve("checkpoints")));
        StopSignals stop = new StopSignals();
        stop.wall(Duration.ofMinutes(minutes));
        return new FineTuning(request, List.of(new ProgressLine(console)), stop).run();
    }

    private RunSettings settings() {
        ObjectNode settings = Json.mapper().createObjectNode();
        settings.put("base", "tunedrop-tiny");
        settings.put("method", "full");
        settings.put("epochs", 1);
        settings.put("learningRate", rate);
        settings.put("warmupShare", 0.03);
        settings.put("weightDecay", 0.05);
        settings.put("batchSize", batch);
        settings.put("maxTokens", length);
        settings.put("validationShare", 0.0);
        settings.put("checkpointSteps", 500);
        settings.put("compute", compute);
        settings.put("seed", seed);
        return SettingsFile.read(Json.bytes(settings), "make-base");
    }

    private String readme(Ending ending, TrainingResult result, HeldOutLosses heldOut, TinyBase.Rows rows)
            throws IOException {
        String options = "--seed %d --tokens %d --batch %d --length %d --rate %s --compute %s"
                .formatted(seed, tokens, batch, length, rate, compute);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("base-readme.md"))) {
            return String.format(
                    Locale.ROOT,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    options,
                    rows.documents(),
                    rows.tokens(),
                    result.steps(),
                    result.trainedTokens(),
                    ending == Ending.COMPLETED ? "one epoch" : "until the time was up",
                    result.trainSeconds(),
                    result.device(),
                    heldOut.adapterLoss(),
                    heldOut.tokens(),
                    result.adapterSha256());
        }
    }
}

package dev.tunedrop.tinybase;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.HeldOutLosses;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.TrainingResult;
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (tokens < 10_000) throw new UserMistake("--tokens is " + tokens + ". A language takes at least 10000.");
        Path scratch = Files.createTempDirectory("tunedrop-base");
        PrintStream console = System.out;
        TinyBase base = new TinyBase(seed);
        Path start = scratch.resolve("start");
        base.writeFiles(start);
        TinyBase.Rows rows = base.writeRows(start, scratch, tokens);
        console.printf(
                Locale.ROOT,
                "%,d documents, %,d tokens; vocabulary and configuration in %s%n",
                rows.documents(),
                rows.tokens(),
                start);
        FineTuning.Outcome outcome = train(start, rows, scratch, console);
        if (outcome.ending() == Ending.INTERRUPTED || outcome.result() == null) {
            console.println("Interrupted; nothing was written.");
            return 1;
        }
        report(outcome, rows, console);
        return 0;
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
        return SettingsFile.read(Json.bytes(settings), spec.name());
    }

    private void report(FineTuning.Outcome outcome, TinyBase.Rows rows, PrintStream console) throws IOException {
        TrainingResult result = outcome.result();
        HeldOutLosses heldOut = outcome.heldOut();
        if (result == null || heldOut == null) return;
        String readme = """
                # tunedrop-tiny

                A Llama of about 2.7 million parameters (6 layers, hidden 192, 6 heads over 2 key-value heads, vocabulary %d) for \
                trying Tunedrop on one machine. It speaks simple English about orders, bills, accounts and small things of \
                everyday life, and it knows no format of the samples. It is not for any other use.

                Everything in this folder is made by the project, from text the project generates. To make it again:

                ```
                ./tunedrop make-base --out models/tunedrop-tiny --seed %d --tokens %d --batch %d --length %d --rate %s --compute %s
                ```

                | | |
                |---|---|
                | text | %,d documents, %,d tokens from `base.grammar` |
                | trained on | %,d tokens in %,d steps, %s |
                | took | %,.0f s on %s |
                | held-out loss | %.4f nats a token over %,d tokens (other seed, prompts included) |
                | model.safetensors | sha256 `%s` |
                """.formatted(
                        TinyBase.VOCABULARY,
                        seed,
                        tokens,
                        batch,
                        length,
                        rate,
                        compute,
                        rows.documents(),
                        rows.tokens(),
                        result.trainedTokens(),
                        outcome.step(),
                        outcome.ending() == Ending.COMPLETED ? "one epoch" : "until the time was up",
                        result.trainSeconds(),
                        result.device(),
                        heldOut.adapterLoss(),
                        heldOut.tokens(),
                        result.adapterSha256());
        Files.writeString(out.resolve("README.md"), readme);
        console.print(readme);
    }
}

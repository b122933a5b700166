package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.text.BaseText;
import dev.tunedrop.trainer.checkpoint.DirectoryStore;
import dev.tunedrop.trainer.rows.HeldOutRows;
import dev.tunedrop.trainer.rows.ShardMaker;

/// Fine-tunes of a real model of 260 thousand parameters in steps of two sequences, on 28 rows, 12 more held out; one
/// folder, several runs.
final class SmallRuns {

    private final Path folder;
    private final Path base = Fixtures.stories260k();
    private final Path train;
    private final Path validation;

    SmallRuns(Path folder) throws IOException {
        this.folder = folder;
        train = folder.resolve("train.safetensors");
        validation = folder.resolve("validation.safetensors");
        try (BaseText text = BaseText.load(base)) {
            new ShardMaker(text, 64)
                    .split(
                            Fixtures.rows(folder.resolve("rows.jsonl"), 40),
                            train,
                            validation,
                            new HeldOutRows.Share(0.3, 1));
        }
    }

    /// @param settings fields of a settings file
    FineTuning.Outcome tune(String name, String settings, List<StepMetrics> seen, StopSignals stop) {
        return tune(name, settings, seen, stop, Integer.MAX_VALUE);
    }

    FineTuning.Outcome tune(
            String name, String settings, List<StepMetrics> seen, StopSignals stop, int interruptAfter) {
        StepListener interrupt = metrics -> {
            if (metrics.step() == interruptAfter) stop.request();
        };
        return new FineTuning(request(name, settings), List.of(seen::add, interrupt), stop).run();
    }

    FineTuning.Request request(String name, String settings) {
        String json = "{\"rank\":4,\"alpha\":8,\"compute\":\"fp32\",\"maxTokens\":64,"
                + "\"checkpointSteps\":5,\"schedule\":\"constant\"," + settings + "}";
        try {
            return new FineTuning.Request(
                    name,
                    SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "test"),
                    base,
                    false,
                    train,
                    Sha256.of(train),
                    validation,
                    null,
                    folder.resolve(name),
                    folder.resolve(name + ".metrics.jsonl"),
                    new DirectoryStore(folder.resolve(name + ".checkpoints")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tunedrop.trainer.run;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.StepMetrics;

/// `metrics.jsonl`: one line a step, each step once, however often the run was stopped.
public final class MetricsFile implements StepListener, AutoCloseable {

    private final Path file;
    private final BufferedWriter out;

    private MetricsFile(Path file, BufferedWriter out) {
        this.file = file;
        this.out = out;
    }

    /// Keeps the lines of steps up to `step` and drops later ones, which will be made again.
    public static MetricsFile continueAfter(int step, Path file) {
        try {
            List<String> kept = new ArrayList<>();
            if (Files.exists(file))
                for (String line : Files.readAllLines(file)) if (isOfStepUpTo(step, line)) kept.add(line);
            Files.write(file, kept);
            return new MetricsFile(
                    file, Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    @Override
    public void stepped(StepMetrics metrics) {
        try {
            out.write(Json.writeLine(metrics));
            out.newLine();
            out.flush();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static UncheckedIOException cannotWrite(Path file, IOException e) {
        return new UncheckedIOException(
                "cannot write %s: %s; make room, then start the run again".formatted(file, e.getMessage()), e);
    }

    private static boolean isOfStepUpTo(int step, String line) {
        try {
            return Json.read(line, StepMetrics.class, "metrics").step() <= step;
        } catch (InvalidDocument cutShort) {
            return false; // the last line of a run that was killed while it wrote
        }
    }
}

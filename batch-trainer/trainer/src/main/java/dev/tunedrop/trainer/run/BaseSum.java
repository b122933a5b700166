package dev.tunedrop.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.tunedrop.events.artefact.Sha256;

/// The sum of what a base model computes with: `config.json` and every safetensors file, by name.
final class BaseSum {

    private BaseSum() {}

    static String of(Path base) {
        try (Stream<Path> entries = Files.list(base)) {
            List<Path> files = entries.filter(file -> counts(file.getFileName().toString()))
                    .sorted()
                    .toList();
            String sums =
                    String.join("\n", files.parallelStream().map(BaseSum::line).toList());
            return Sha256.of(sums.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the base model in " + base + ": " + e.getMessage(), e);
        }
    }

    private static boolean counts(String name) {
        return name.equals("config.json") || name.endsWith(".safetensors");
    }

    private static String line(Path file) {
        try {
            return Sha256.of(file) + " " + file.getFileName();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}

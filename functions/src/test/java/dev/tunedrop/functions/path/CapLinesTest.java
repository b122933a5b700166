package dev.tunedrop.functions.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Several ranges at once with nothing but lines of 4 MiB, each in a process with `-Xmx256m`. Two fillings and two
/// ranges unless more are asked for: `-Dtunedrop.cap=4` takes every filling and four ranges.
class CapLinesTest {

    private static final int ASKED = Integer.getInteger("tunedrop.cap", 0);

    static List<CapLines.Filling> fillings() {
        return ASKED > 0
                ? Arrays.asList(CapLines.Filling.values())
                : List.of(CapLines.Filling.WORDS, CapLines.Filling.NUMBERS);
    }

    @ParameterizedTest
    @MethodSource("fillings")
    void rangesOfTheLongestLinesFitASmallHeapTogether(CapLines.Filling filling, @TempDir Path folder)
            throws IOException, InterruptedException {
        Path model = Path.of(System.getProperty("tunedrop.shared", ""), "data", "models", "synthetic-tiny-llama3");
        assumeTrue(Files.isDirectory(model), "shared data is absent: " + model);
        Path base = Files.createDirectories(folder.resolve("bases").resolve(CapLines.BASE));
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                Files.write(base.resolve(file.getFileName().toString()), Files.readAllBytes(file));
        }
        Files.createDirectories(folder.resolve("artefacts"));
        int ranges = Math.max(2, ASKED);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CapLines.class.getName(),
                        folder.toString(),
                        filling.name(),
                        String.valueOf(ranges))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        for (int range = 0; range < ranges; range++)
            assertThat(said).contains("range " + range + ": 2 rows, 0 refused");
        System.out.println(said.strip().lines().toList().getLast());
    }
}

package dev.tunedrop.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.trainer.weights.Checkpoint;
import dev.tunedrop.trainer.weights.ModelConfig;

class LoadedMemoryTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    /// Four bits a weight stay, and beside them one matrix at a time is open; the heap has 48 MiB.
    @Test
    @EnabledOnOs(OS.LINUX)
    void aShardedCheckpointIsLoadedInFarLessMemoryThanItsSize() throws IOException, InterruptedException {
        Path directory = Workload.copy("base-180m", folder);
        long checkpoint = FilledCheckpoint.write(directory, ModelConfig.read(directory), 60 * MIB);
        assertThat(directory.resolve(Checkpoint.INDEX)).exists();
        Path printed = folder.resolve("printed.txt");
        Process child = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LoadedMemory.class.getName(),
                        directory.toString()))
                .redirectOutput(printed.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(child.waitFor()).isZero();
        String[] bytes =
                Files.readString(printed, StandardCharsets.UTF_8).strip().split(" ");
        assertThat(checkpoint).isGreaterThan(350 * MIB);
        assertThat(Long.parseLong(bytes[0])).as("of %d", checkpoint).isBetween(80 * MIB, 200 * MIB);
    }
}

package dev.tunedrop.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.trainer.run.Fixtures;

/// Training in a process of its own, which is killed early in a run that is long enough for a slow machine to be
/// seen in the middle of it.
class KilledTrainingTest {

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aRunThatIsKilledAgainAndAgainWritesTheSameAdapter() throws Exception {
        Path data = Fixtures.rows(folder.resolve("rows.jsonl"), 60);
        Path whole = folder.resolve("whole");
        assertThat(finish(train(data, whole))).isZero();

        Path cut = folder.resolve("cut");
        for (int step : new int[] {1, 2, 5}) {
            Process killed = train(data, cut);
            awaitStep(killed, cut, step);
            killed.destroyForcibly(); // SIGKILL
            assertThat(finish(killed)).isEqualTo(137);
        }
        Process terminated = train(data, cut);
        awaitStep(terminated, cut, 7);
        terminated.destroy(); // SIGTERM
        assertThat(finish(terminated)).isEqualTo(75);
        assertThat(finish(train(data, cut))).isZero();
        assertThat(output()).contains("going on after step ");

        assertThat(Sha256.of(cut.resolve("adapter_model.safetensors")))
                .isEqualTo(Sha256.of(whole.resolve("adapter_model.safetensors")));
        assertThat(steps(cut)).isEqualTo(steps(whole)).hasSize(60);
        assertThat(Files.readString(cut.resolve("training/result.json"))).contains("\"parity\" : \"exact\"");
    }

    @Test
    void aDiskThatIsFullEndsInOneLineAndKeepsTheCheckpointBefore() throws Exception {
        Path data = Fixtures.rows(folder.resolve("rows.jsonl"), 60);
        Path out = folder.resolve("out");
        Process limited = start(List.of("sh", "-c", "ulimit -f 100; exec \"$@\"", "sh"), command(data, out, 16));
        assertThat(finish(limited)).isEqualTo(2);
        assertThat(output()).contains("could not be written").contains("make room");
        assertThat(finish(start(List.of(), command(data, out, 16)))).isZero();
    }

    private Process train(Path data, Path out) throws IOException {
        return start(List.of(), command(data, out, 4));
    }

    private List<String> command(Path data, Path out, int rank) {
        return List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TrainerMain.class.getName(),
                "train",
                "--base=" + Fixtures.stories260k(),
                "--data=" + data,
                "--out=" + out,
                "--method=lora",
                "--set=compute=fp32",
                "--set=rank=" + rank,
                "--set=batchSize=2",
                "--set=maxTokens=48",
                "--set=checkpointSteps=1",
                "--set=dropout=0.1",
                "--max-steps=60");
    }

    private Process start(List<String> before, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(before);
        all.addAll(command);
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    private int finish(Process process) throws Exception {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(output()).isTrue();
        return process.exitValue();
    }

    private void awaitStep(Process process, Path out, int step) throws Exception {
        while (steps(out).size() < step) {
            assertThat(process.isAlive()).as(output()).isTrue();
            Thread.sleep(20);
        }
    }

    /// Steps and losses, without what depends on time.
    private static List<String> steps(Path out) throws IOException {
        Path metrics = out.resolve("training/metrics.jsonl");
        if (!Files.exists(metrics)) return List.of();
        return Files.readString(metrics)
                .lines()
                .filter(line -> line.endsWith("}"))
                .map(line -> line.substring(0, line.indexOf(",\"learningRate\"")))
                .toList();
    }
}

package dev.tunedrop.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

import dev.tunedrop.local.states.Execution;

/// The local cloud is killed with SIGKILL wherever it hurts and started again; the run it was at goes on.
class KillTest {

    @TempDir
    Path home;

    private @Nullable Process cloud;

    @AfterEach
    void end() throws InterruptedException {
        if (cloud != null) kill();
        System.clearProperty("TOY_LOG");
    }

    private void up() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsqlite4java.library.path=" + System.getProperty("sqlite4java.library.path"),
                "dev.tunedrop.local.KillableCloud",
                home.toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("TOY_LOG", home.resolve("log").toString());
        builder.redirectErrorStream(true);
        Process started = builder.start();
        cloud = started;
        BufferedReader out = started.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("up ")) return;
            said.append(line).append('\n');
        }
        throw new IOException("the cloud did not come up: " + said);
    }

    private void kill() throws InterruptedException {
        if (cloud == null) return;
        cloud.destroyForcibly();
        cloud.waitFor(10, TimeUnit.SECONDS);
        cloud = null;
    }

    private List<String> log() throws IOException {
        Path file = home.resolve("log");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void await(String line) throws IOException, InterruptedException {
        while (!log().contains(line)) Thread.sleep(10);
    }

    private long count(String line) throws IOException {
        return log().stream().filter(line::equals).count();
    }

    @Test
    void aRunGoesOnAfterEveryKillAndRepeatsNothingThatWasDone() throws Exception {
        up();
        Addresses at = Addresses.find(home).orElseThrow();
        try (S3Client s3 = ToyCloud.s3(at)) {
            s3.putObject(b -> b.bucket(Names.DROPS).key("team/data.jsonl"), RequestBody.fromString("{}\n"));
        }
        kill(); // the drop was answered: it must not be lost
        up();
        await("A end");
        kill(); // between two states, or at the start of the next
        up();
        await("job start");
        kill(); // while the job runs
        up();
        await("y start");
        kill(); // in the middle of a Map, a function at work
        up();
        await("z end");
        kill(); // at the end, perhaps before the end was written down: then this process does it again
        System.setProperty("TOY_LOG", home.resolve("log").toString());
        try (LocalCloud last = LocalCloud.start(KillableCloud.options(home))) {
            List<Execution> executions = last.states().executions(Names.STATE_MACHINE);
            assertThat(executions).hasSize(1);
            Execution run = executions.getFirst();
            while (run.status() == Execution.Status.RUNNING) Thread.sleep(20);
            assertThat(run.status()).as(String.valueOf(run.end())).isEqualTo(Execution.Status.SUCCEEDED);
            assertThat(last.batch().jobs()).hasSize(1);
            assertThat(last.states().history(run.arn()))
                    .filteredOn(event -> event.path("type").asText().equals("TaskSucceeded"))
                    .hasSize(6);
        }
        assertThat(log()).contains("A end", "B end", "job end", "x end", "y end", "z end");
        assertThat(count("job end")).as("%s", log()).isEqualTo(1);
        assertThat(count("x end")).isEqualTo(1);
        assertThat(count("y end")).isEqualTo(1);
        // What was done but not yet written down when the process died may be done again, and that alone.
        assertThat(count("A end")).isBetween(1L, 2L);
        assertThat(count("z end")).isBetween(1L, 2L);
        assertThat(count("B end")).isBetween(1L, 2L);
    }
}

package dev.tunedrop.local.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jobs that are told to wait.
class HeldJobTest {

    private static final String NAME = "run-1";

    @TempDir
    Path home;

    private BatchService batch() {
        JobDefinition definition = new JobDefinition(
                "trainer",
                Patient.class.getName(),
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of("PATIENT_LOG", log().toString()),
                Duration.ofMinutes(1));
        return new BatchService(home.resolve("batch"), List.of("queue"), List.of(definition), 1);
    }

    private static JobRequest request(String name) {
        return new JobRequest(
                name,
                "queue",
                "trainer",
                name,
                Map.of("PATIENT", Boolean.toString(name.equals(NAME))),
                Map.of(),
                2,
                List.of(),
                null);
    }

    private Path log() {
        return home.resolve("log");
    }

    private List<String> lines() throws Exception {
        return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    }

    private void await(String line) throws Exception {
        while (!lines().contains(line)) Thread.sleep(10);
    }

    private static Job waiting(BatchService batch, String id) throws InterruptedException {
        while (batch.find(id).orElseThrow().attempts().isEmpty()) Thread.sleep(10);
        return batch.find(id).orElseThrow();
    }

    @Test
    void aHeldJobSavesGivesUpItsPlaceOutlivesARestartAndGoesOnWithoutLosingAnAttempt() throws Exception {
        String id;
        try (BatchService batch = batch()) {
            id = batch.submit(request(NAME)).id();
            await("begun 1");
            batch.hold(NAME);
            Job held = waiting(batch, id);
            assertThat(held.status()).isEqualTo(Job.Status.RUNNABLE);
            assertThat(held.attempts().getFirst().exitCode()).isEqualTo(75);

            String other = batch.submit(request("run-2")).id();
            assertThat(batch.end(other).get(5, TimeUnit.MINUTES).status()).isEqualTo(Job.Status.SUCCEEDED);
        }
        try (BatchService batch = batch()) {
            batch.resume();
            batch.submit(request("run-3"));
            await("short");
            assertThat(lines()).doesNotContain("begun 2");
            Files.writeString(log(), "enough\n", StandardOpenOption.APPEND);
            batch.release(NAME);
            assertThat(batch.end(id).get(5, TimeUnit.MINUTES).status())
                    .as("two attempts of its own, of which the first ended with 75 too")
                    .isEqualTo(Job.Status.SUCCEEDED);
            assertThat(lines()).containsOnlyOnce("begun 1", "begun 2", "begun 3");
        }
    }

    @Test
    void aJobThatIsHeldBeforeItBeginsIsNotBegunAndCanStillBeEnded() throws Exception {
        try (BatchService batch = batch()) {
            batch.hold(NAME);
            String id = batch.submit(request(NAME)).id();
            String other = batch.submit(request("run-2")).id();
            assertThat(batch.end(other).get(5, TimeUnit.MINUTES).status()).isEqualTo(Job.Status.SUCCEEDED);
            assertThat(lines()).doesNotContain("begun 1");

            batch.terminate(id, "nobody wants it");
            assertThat(batch.end(id).get(5, TimeUnit.MINUTES).statusReason()).isEqualTo("nobody wants it");
        }
    }

    /// Works until it is told to end, and then ends with 75; ends by itself once somebody wrote "enough",
    /// the second attempt with 75 once more.
    static final class Patient {
        private Patient() {}

        public static void main(String[] args) throws Exception {
            Path log = Path.of(System.getenv("PATIENT_LOG"));
            if (!Boolean.parseBoolean(System.getenv("PATIENT"))) {
                note(log, "short");
                return;
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                if (!ended) Runtime.getRuntime().halt(75);
            }));
            note(log, "begun " + System.getenv("AWS_BATCH_JOB_ATTEMPT"));
            while (!Files.readAllLines(log).contains("enough")) Thread.sleep(20);
            if (System.getenv("AWS_BATCH_JOB_ATTEMPT").equals("2"))
                Runtime.getRuntime().halt(75);
            ended = true;
        }

        private static volatile boolean ended;

        private static void note(Path log, String line) throws Exception {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}

package dev.tunedrop.trainer.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import com.sun.net.httpserver.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.events.run.StepMetrics;
import dev.tunedrop.trainer.checkpoint.RunIdentity;
import dev.tunedrop.trainer.run.Ending;
import dev.tunedrop.trainer.run.FineTuning;

class MlflowTrackingTest {

    private static final RunIdentity IDENTITY = new RunIdentity("base-sum", "dataset-sum", "settings-sum");
    private static final RunSettings SETTINGS =
            SettingsFile.read("{\"rank\": 8}".getBytes(StandardCharsets.UTF_8), "test");

    private final FakeMlflow server = new FakeMlflow();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aRunIsOneRunThereWithItsTagsSettingsFiguresAndEnd() {
        track(1, 250, Ending.COMPLETED);
        FakeMlflow.Run run = server.onlyRun();
        assertThat(server.violations()).isEmpty();
        assertThat(server.experiments).containsOnlyKeys("support");
        assertThat(run.name).isEqualTo("support-1");
        assertThat(run.tags)
                .containsEntry("tunedrop.run", "support-1")
                .containsEntry("tunedrop.dataset.sha256", "dataset-sum")
                .containsEntry("tunedrop.base.sha256", "base-sum");
        assertThat(run.parameters)
                .containsEntry("rank", "8")
                .containsEntry("memory.optimizer", "ADAMW")
                .doesNotContainKey("maxSteps");
        for (String key : List.of(
                "loss",
                "learning_rate",
                "gradient_norm",
                "tokens",
                "trained_tokens",
                "tokens_per_second",
                "peak_memory_bytes",
                "epoch")) assertThat(run.steps(key)).as(key).isEqualTo(steps(1, 250));
        assertThat(run.steps("held_out_loss")).containsExactly(100L, 200L);
        assertThat(run.statuses).containsExactly("RUNNING", "FINISHED");
    }

    @Test
    void aRunThatGoesOnIsTheSameRunThere() {
        track(1, 20, Ending.INTERRUPTED);
        assertThat(server.onlyRun().statuses).endsWith("KILLED");
        track(16, 30, Ending.COMPLETED);
        assertThat(server.violations()).isEmpty();
        FakeMlflow.Run run = server.onlyRun();
        assertThat(run.statuses).containsExactly("RUNNING", "KILLED", "RUNNING", "FINISHED");
        assertThat(run.steps("loss").stream().distinct()).isEqualTo(steps(1, 30));
    }

    @Test
    void aRunThatFailsIsSaidToHaveFailed() {
        try (Tracking tracking = tracking(Map.of())) {
            tracking.begins(IDENTITY);
            tracking.stepped(step(1));
        }
        assertThat(server.onlyRun().statuses).containsExactly("RUNNING", "FAILED");
    }

    @Test
    void aServerThatIsAwayForAWhileGetsEverythingLater() {
        server.breakFor(2);
        track(1, 30, Ending.COMPLETED);
        assertThat(server.onlyRun().steps("loss")).isEqualTo(steps(1, 30));
        assertThat(server.onlyRun().statuses).endsWith("FINISHED");
    }

    @Test
    void aServerThatNeverAnswersCostsTheRunNothingButAFarewell() {
        server.hang();
        MlflowTracking tracking = new MlflowTracking(
                new TrackingServer(server.endpoint(), (m, u, b) -> Map.of()),
                "e",
                "r",
                SETTINGS,
                10,
                Duration.ofMillis(300));
        tracking.begins(IDENTITY);
        for (int step = 1; step <= 1000; step++) tracking.stepped(step(step));
        assertThat(tracking.dropped()).isEqualTo(990); // nothing waited for room in the queue
        tracking.close();
    }

    @Test
    void aServerThatRefusesIsAskedNoMore() {
        server.refuse();
        track(1, 5, Ending.COMPLETED);
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void whereNoServerIsNamedNobodyIsTold() {
        try (Tracking tracking = Tracking.of(SETTINGS, "r", "d", name -> null)) {
            assertThat(tracking).isInstanceOf(Tracking.Nowhere.class);
            tracking.begins(IDENTITY);
            tracking.stepped(step(1));
        }
        assertThat(server.asked).isEmpty();
    }

    @Test
    void credentialsComeFromTheEnvironmentUnderMlflowsNames() {
        assertThat(authorization(Map.of())).isNull();
        assertThat(authorization(Map.of("MLFLOW_TRACKING_TOKEN", "t0"))).isEqualTo("Bearer t0");
        assertThat(authorization(Map.of("MLFLOW_TRACKING_USERNAME", "ann", "MLFLOW_TRACKING_PASSWORD", "s3")))
                .isEqualTo("Basic YW5uOnMz");
    }

    @Test
    void aCredentialGoesToNoOtherServerThanTheEnvironments() {
        assertThat(authorization(Map.of("MLFLOW_TRACKING_TOKEN", "t0", "MLFLOW_TRACKING_URI", server.endpoint() + "/")))
                .isEqualTo("Bearer t0");
        assertThat(authorization(
                        Map.of("MLFLOW_TRACKING_TOKEN", "t0", "MLFLOW_TRACKING_URI", "https://mlflow.example.com")))
                .isNull();
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        for (String address : List.of("file:///tmp/mlruns", "mlflow.example.com", "not an address", "arn:aws:s3:::b"))
            assertThatThrownBy(() -> TrackingServer.of(address, name -> null))
                    .isInstanceOf(UserMistake.class)
                    .hasMessageContaining("tracking.mlflow is \"" + address + "\"");
    }

    private void track(int from, int to, Ending ending) {
        try (Tracking tracking = tracking(Map.of())) {
            tracking.begins(IDENTITY);
            tracking.starting(from - 1, to);
            for (int step = from; step <= to; step++) tracking.stepped(step(step));
            tracking.ended(new FineTuning.Outcome(ending, to, to, null, null));
        }
    }

    private @Nullable String authorization(Map<String, String> environment) {
        server.asked.clear();
        try (Tracking tracking = tracking(environment)) {
            tracking.begins(IDENTITY);
        }
        assertThat(server.asked).isNotEmpty();
        List<String> sent = server.asked.stream()
                .map((Headers headers) -> String.valueOf(headers.getFirst("Authorization")))
                .distinct()
                .toList();
        assertThat(sent).hasSize(1);
        return sent.getFirst().equals("null") ? null : sent.getFirst();
    }

    private Tracking tracking(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        String json = "{\"rank\": 8, \"tracking\": {\"mlflow\": \"" + server.endpoint() + "\"}}";
        RunSettings settings = SettingsFile.read(json.getBytes(StandardCharsets.UTF_8), "test");
        return Tracking.of(settings, "support-1", "support", all::get);
    }

    private static List<Long> steps(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static StepMetrics step(int step) {
        return new StepMetrics(
                step,
                300,
                step / 100.0,
                2,
                1e-4,
                0.5,
                step * 100L,
                step * 50L,
                900,
                step,
                1,
                1 << 20,
                null,
                step % 100 == 0 ? 1.5 : null);
    }
}

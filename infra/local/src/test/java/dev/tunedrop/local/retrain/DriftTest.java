package dev.tunedrop.local.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.events.TunedropEvent.RetrainRequested.Cause;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.PromptProfile;
import dev.tunedrop.events.run.RunState;
import dev.tunedrop.functions.Wiring;
import dev.tunedrop.functions.cloud.Cloud;
import dev.tunedrop.functions.cloud.Ledger.Alias;
import dev.tunedrop.functions.cloud.RunRecord;
import dev.tunedrop.local.CloudOptions;
import dev.tunedrop.local.LocalCloud;
import dev.tunedrop.local.batch.Children;
import dev.tunedrop.local.load.InstantJob;

/// From what people ask the endpoint to a new adapter behind it: the shipped functions, rules, queues and workflow, and
/// the endpoint's own process, which counts what it is asked and puts its counts into the bucket. Only training is
/// through at once.
class DriftTest {

    private static final Path MODELS =
            Path.of(System.getProperty("tunedrop.root")).resolve("models");
    private static final String SETTINGS =
            "{\"base\":\"tunedrop-tiny\",\"compute\":\"fp32\",\"retrain\":{\"drift\":0.2}}";
    private static final int QUESTIONS = 120;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private CloudOptions options() {
        CloudOptions standard = CloudOptions.standard(home, MODELS);
        return new CloudOptions(
                home,
                MODELS,
                0,
                InstantJob.workflow(UntrainedJob.class),
                standard.jobMain(),
                standard.endpointMain(),
                standard.endpointArguments(),
                1);
    }

    @Test
    void anEndpointThatIsAskedSomethingElseThanItsRowsIsTrainedAgainOnceAndSaysWhy() throws Exception {
        try (LocalCloud local = LocalCloud.start(options())) {
            Cloud cloud = Wiring.cloud();
            DatasetBench datasets = new DatasetBench(local, cloud, SETTINGS);
            Alias before = datasets.published("drifting");
            for (int i = 0; i < QUESTIONS; i++)
                ask(
                        local,
                        before,
                        "Wo bleibt Paket " + i + "? Ich habe es vor drei Wochen bestellt und will mein Geld.");
            assertThat(hour(local, "asked"))
                    .as("before the endpoint has put its counts")
                    .isEmpty();

            // a container that goes puts what it has, as every five minutes
            List<ProcessHandle> endpoints = Children.marked("endpoint-" + before.endpoint());
            assertThat(endpoints).hasSize(1);
            Children.stop(endpoints.getFirst(), Duration.ofSeconds(10));
            assertThat(counted(cloud, before)).isGreaterThanOrEqualTo(QUESTIONS);

            assertThat(hour(local, "asked")).containsExactly("drifting");
            Alias after = datasets.live("drifting", before.runId());
            RunRecord run = cloud.ledger().find(after.runId()).orElseThrow();
            assertThat(run.state()).isEqualTo(RunState.PUBLISHED);
            assertThat(Objects.requireNonNull(run.retrain())).satisfies(why -> {
                assertThat(why.cause()).isEqualTo(Cause.DRIFT);
                assertThat(why.because())
                        .startsWith("retrained because what the endpoint drifting is asked has drifted from its rows");
            });

            assertThat(hour(local, "asked")).as("the hour after").isEmpty();
            datasets.awaitEmpty("Retrains");
            assertThat(datasets.runs("drifting")).hasSize(2);
        }
    }

    /// What the pass of an hour says.
    private static List<String> hour(LocalCloud local, String field) throws Exception {
        return local.schedules()
                .now("WatchDrift")
                .path(field)
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }

    private static void ask(LocalCloud local, Alias live, String question) throws Exception {
        String body = "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(question);
        var answer = local.endpoints()
                .invoke(
                        live.endpoint(),
                        live.component(),
                        "application/json",
                        body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Json.read(answer.body(), JsonNode.class, "the answer").path("choices"))
                .hasSize(1);
    }

    private static long counted(Cloud cloud, Alias live) {
        return cloud.artefacts().list(PromptProfile.KEYS + live.component() + "/").stream()
                .mapToLong(
                        key -> cloud.artefacts().json(key, PromptProfile.class).prompts())
                .sum();
    }
}

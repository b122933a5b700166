package dev.tunedrop.local.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.cloud.memory.MemoryObjects;
import dev.tunedrop.local.console.ExampleRuns;

/// Chats, webhooks, restarts and who is let in, in front of a cloud in memory.
class FineTuningApiTest extends ApiTest {

    @Test
    void aChatGoesToTheModelAndComesBackUnderTheNameThatWasAsked() {
        ApiHere.Answer answer =
                api.post("chat/completions", "{\"model\":\"tunedrop-tiny\",\"messages\":[],\"temperature\":0}");
        assertThat(answer.body().path("model").asText()).isEqualTo("tunedrop-tiny");
        assertThat(answer.body().path("asked"))
                .isEqualTo(Json.read("{\"messages\":[],\"temperature\":0}", JsonNode.class, "test"));
    }

    @Test
    void aStreamedAnswerIsHandedOnAsItComes() throws Exception {
        String question = "{\"model\":\"tunedrop-tiny\",\"messages\":[%s],\"stream\":true}";
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> events =
                    http.send(asking(question.formatted("")), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(events.headers().firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine())
                        .as("before the model has said the rest")
                        .startsWith("data: {\"model\":\"tunedrop-tiny\",");
                assertThat(lines.readLine()).isEmpty();
                api.door.second.countDown();
                assertThat(lines.readLine()).isEqualTo("data: [DONE]");
            }
            assertThat(http.send(asking(question.formatted("\"refuse\"")), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    private HttpRequest asking(String question) {
        return api.request("chat/completions")
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build();
    }

    @Test
    void whatWasAnsweredForIsThereAfterARestartAndAnOrderWhoseDropWasLostIsDroppedOnce() throws Exception {
        String file = api.upload(ROW);
        String id = api.post("fine_tuning/jobs", order(file, "")).id();
        api.close();
        Path record = folder.resolve("jobs").resolve(id + ".json");
        StoredJob job = Json.read(record, StoredJob.class);
        dev.tunedrop.local.disk.DurableFile.write(
                record, Json.bytes(StoredJob.ordered(id, job.order(), job.orderSha256(), job.createdAt())));
        MemoryObjects fresh = new MemoryObjects("drops");
        api = new ApiHere(folder, fresh, new FineTuningApi.Options("127.0.0.1", 0, null, null, null));
        while (Json.read(record, StoredJob.class).runId() == null) Thread.sleep(20);
        assertThat(Json.read(record, StoredJob.class).runId()).isEqualTo(job.runId());
        assertThat(fresh.list("")).containsExactly(id + "/training.jsonl", id + "/tune.json");
        assertThat(api.get("files/" + file).status()).isEqualTo(200);
        assertThat(api.get("fine_tuning/jobs/" + id).status()).isEqualTo(200);
    }

    @Test
    void aWebhookThatIsNotTakenComesAgainAsTheSameEventAndOnceTakenNoMore() throws Exception {
        api.close();
        try (Receiver receiver = new Receiver(1)) {
            FineTuningApi.Options options =
                    new FineTuningApi.Options("127.0.0.1", 0, null, receiver.address(), Receiver.SECRET);
            api = new ApiHere(folder, new MemoryObjects("drops"), options);
            String id = job();
            api.run = ExampleRuns.REJECTED;
            Receiver.Delivery first = receiver.next();
            Receiver.Delivery second = receiver.next();
            assertThat(first.body()).isEqualTo(second.body()).contains("\"type\":\"fine_tuning.job.failed\"", id);
            assertThat(first.headers().get("webhook-id"))
                    .isEqualTo(second.headers().get("webhook-id"));
            shaped("WebhookFineTuningJobFailed", Json.read(first.body(), JsonNode.class, "webhook"));
            Path record = folder.resolve("jobs").resolve(id + ".json");
            while (!Json.read(record, StoredJob.class).announced()) Thread.sleep(20);
        }
    }

    @Test
    void onlyWhoNamesThisMachineAndShowsTheKeyIsLetIn() {
        api.close();
        api = new ApiHere(
                folder, new MemoryObjects("drops"), new FineTuningApi.Options("127.0.0.1", 0, "sk-secret", null, null));
        HttpRequest.Builder none = HttpRequest.newBuilder(URI.create(api.address() + "/models"));
        assertThat(api.send(none).status()).isEqualTo(401);
        ApiHere.Answer wrong = api.get("models");
        shaped("ErrorResponse", wrong.body());
        assertThat(wrong.error().path("code").asText()).isEqualTo("invalid_api_key");
        HttpRequest.Builder right = HttpRequest.newBuilder(URI.create(api.address() + "/models"))
                .header("Authorization", "Bearer sk-secret");
        assertThat(api.send(right).status()).isEqualTo(200);
        assertThatThrownBy(() -> new ApiHere(
                                folder.resolve("other"),
                                new MemoryObjects("drops"),
                                new FineTuningApi.Options("0.0.0.0", 0, null, null, null))
                        .close())
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("TUNEDROP_API_KEY");
        assertThatThrownBy(() -> new ApiHere(folder).close())
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("runs here already");
    }

    @Test
    void anAddressThatIsNoneIsToldAsSuch() {
        ApiHere.Answer answer = api.get("assistants");
        assertThat(answer.status()).isEqualTo(404);
        shaped("ErrorResponse", answer.body());
        assertThat(answer.error().path("code").asText()).isEqualTo("unknown_url");
        assertThat(api.get("files/..%2Fjobs%2Fx/content").status()).isEqualTo(404);
        assertThat(api.post("fine_tuning/jobs", "[").error().path("code").asText())
                .isEqualTo("invalid_json");
    }
}

package dev.tunedrop.endpoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.tunedrop.endpoint.http.HttpOptions;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.libtorch.LtEngine;
import dev.tunedrop.trainer.model.BaseOptions;

class RunningEndpointTest {

    private final HttpClient http = HttpClient.newHttpClient();

    private static Path base() {
        Path base = Path.of(System.getProperty("tunedrop.shared"), "data", "models", "synthetic-tiny-llama3");
        assumeThat(base).as("shared data is absent: %s", base).isDirectory();
        return base;
    }

    private static RunningEndpoint start(Map<String, Path> adapters) {
        return RunningEndpoint.start(
                base(), "tiny", adapters, BaseOptions.of(DataType.FLOAT32, false), HttpOptions.loopback(0), 4, 64);
    }

    private HttpResponse<String> send(String method, URI address, String body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(60))
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The answer's text, its ending and its count.
    private String ask(RunningEndpoint endpoint, String model, String question, String fields) {
        HttpResponse<String> response = send(
                "POST",
                endpoint.address().resolve("/v1/chat/completions"),
                "{\"model\":\"%s\",\"max_tokens\":40,%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(model, fields, question));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode reply = Json.read(response.body(), JsonNode.class, "the reply");
        return reply.at("/choices/0/message/content").asText() + "|" + reply.at("/choices/0/finish_reason") + "|"
                + reply.path("usage");
    }

    /// Questions to base and adapter, greedy and sampled.
    private List<Map.Entry<String, String>> questions() {
        List<Map.Entry<String, String>> questions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            for (String model : List.of("tiny", "lora")) {
                questions.add(Map.entry(model, "\"temperature\":0,\"seed\":" + i));
                questions.add(Map.entry(model, "\"temperature\":0.9,\"top_p\":0.8,\"seed\":" + i));
            }
        }
        return questions;
    }

    @Test
    void concurrentRequestsGetTheAnswersOfSequentialOnes() {
        long before = LtEngine.liveHandles();
        try (RunningEndpoint endpoint = start(Map.of("lora", base().resolve("lora-init")));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(endpoint.names()).containsExactly("tiny", "lora");
            List<String> sequential = questions().stream()
                    .map(each -> ask(endpoint, each.getKey(), "How are you today?", each.getValue()))
                    .toList();
            assertThat(sequential)
                    .as("the fixture gives different answers")
                    .satisfies(answers ->
                            assertThat(answers.stream().distinct().count()).isGreaterThan(8));
            List<CompletableFuture<String>> concurrent = questions().stream()
                    .map(each -> CompletableFuture.supplyAsync(
                            () -> ask(endpoint, each.getKey(), "How are you today?", each.getValue()), clients))
                    .toList();
            assertThat(concurrent.stream().map(CompletableFuture::join)).isEqualTo(sequential);
        }
        assertThat(LtEngine.liveHandles()).isEqualTo(before);
    }

    @Test
    void anAdapterComesAndGoesUnderTraffic() throws InterruptedException {
        try (RunningEndpoint endpoint = start(Map.of());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            String greedy = "\"temperature\":0";
            String expected = ask(endpoint, "tiny", "Hello", greedy);
            AtomicBoolean enough = new AtomicBoolean();
            var traffic = CompletableFuture.supplyAsync(
                    () -> {
                        List<String> answers = new ArrayList<>();
                        while (!enough.get()) answers.add(ask(endpoint, "tiny", "Hello", greedy));
                        return answers;
                    },
                    clients);
            URI adapters = endpoint.address().resolve("/adapters");
            String body = Json.writeLine(new LinkedHashMap<>(Map.of(
                    "name", "lora", "src", base().resolve("lora-init").toUri().toString())));
            List<String> adapted = new ArrayList<>();
            long loaded = 0;
            for (int round = 0; round < 5; round++) {
                assertThat(send("POST", adapters, body).statusCode()).isEqualTo(201);
                var inFlight = CompletableFuture.supplyAsync(() -> ask(endpoint, "lora", "Hello", greedy), clients);
                adapted.add(ask(endpoint, "lora", "Hello", greedy));
                adapted.add(inFlight.join());
                assertThat(send("DELETE", adapters.resolve("/adapters/lora"), "")
                                .statusCode())
                        .isEqualTo(200);
                loaded++;
            }
            enough.set(true);
            assertThat(traffic.join()).isNotEmpty().containsOnly(expected);
            assertThat(adapted).hasSize((int) (2 * loaded)).doesNotContain(expected);
            assertThat(adapted.stream().distinct()).hasSize(1);
            assertThat(endpoint.names()).containsExactly("tiny");
        }
    }

    @Test
    void aStreamSaysWhatTheWholeAnswerSays() {
        try (RunningEndpoint endpoint = start(Map.of())) {
            String body = "{\"model\":\"tiny\",\"temperature\":0,\"max_tokens\":30,\"stream\":true,\"messages\":"
                    + "[{\"role\":\"user\",\"content\":\"Hello\"}]}";
            StringBuilder text = new StringBuilder();
            send("POST", endpoint.address().resolve("/v1/chat/completions"), body)
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("data: {"))
                    .forEach(line -> text.append(Json.read(line.substring(6), JsonNode.class, "an event")
                            .at("/choices/0/delta/content")
                            .asText("")));
            assertThat(ask(endpoint, "tiny", "Hello", "\"temperature\":0,\"max_completion_tokens\":40"))
                    .startsWith(text.toString());
            assertThat(text).isNotEmpty();
        }
    }

    @Test
    void whatCannotBeServedIsSaidInOneLineAndLeavesNothingBehind(@TempDir Path empty) {
        long before = LtEngine.liveHandles();
        BaseOptions options = BaseOptions.of(DataType.FLOAT32, false);
        HttpOptions http = HttpOptions.loopback(0);
        assertThatThrownBy(() -> RunningEndpoint.start(empty.resolve("x"), null, Map.of(), options, http, 1, 1))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("is no directory");
        assertThatThrownBy(() -> RunningEndpoint.start(empty, null, Map.of(), options, http, 1, 1))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("tokenizer.json");
        assertThatThrownBy(() -> start(Map.of("lora", empty)))
                .isInstanceOf(UserMistake.class)
                .hasMessageStartingWith("adapter lora: ");
        assertThatThrownBy(() -> start(Map.of("tiny", base().resolve("lora-init"))))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("taken");
        assertThat(LtEngine.liveHandles()).isEqualTo(before);
    }
}

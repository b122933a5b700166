package dev.tunedrop.endpoint.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.endpoint.generate.ByteWords;
import dev.tunedrop.endpoint.generate.ScriptedModel;
import dev.tunedrop.endpoint.generate.Serving;
import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;

class EndpointServerTest {

    private static final HttpOptions OPTIONS = new HttpOptions(
            "127.0.0.1",
            0,
            4096,
            Duration.ofMillis(300),
            Duration.ofSeconds(20),
            Duration.ofMillis(50),
            Duration.ofSeconds(20));

    private final ScriptedModel model = new ScriptedModel(100_000);
    private final Serving serving = new Serving("base", model, new ByteWords(), 2, 1);
    private final EndpointServer server = EndpointServer.start(OPTIONS);
    private final Client client = new Client(server.address());
    private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

    private void ready() {
        server.ready(serving);
    }

    @AfterEach
    void everythingIsGivenBack() {
        model.steps.release(1_000_000);
        server.close();
        serving.close();
        client.close();
        others.shutdownNow();
        assertThat(model.openContexts).hasValue(0);
        assertThat(model.openAdapters).hasValue(0);
    }

    private static void until(BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 1000 && !holds.getAsBoolean(); i++) Thread.sleep(10);
        assertThat(holds.getAsBoolean()).as("it came about").isTrue();
    }

    @Test
    void pingSaysYesOnlyOnceTheBaseIsThere() {
        assertThat(client.get("/ping").status()).isEqualTo(503);
        assertThat(client.chat("hi", "").response().headers().firstValue("Retry-After"))
                .hasValue("2");
        ready();
        assertThat(client.get("/ping").status()).isEqualTo(200);
    }

    @Test
    void anAnswerHasOpenAisShape() {
        ready();
        Client.Answer answer = client.chat("hello", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("echo: hello");
        assertThat(answer.json().path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.json().path("id").asText()).startsWith("chatcmpl-");
        assertThat(answer.json().path("created").isIntegralNumber()).isTrue();
        assertThat(answer.json().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(answer.json().at("/choices/0/message/role").asText()).isEqualTo("assistant");
        assertThat(answer.json().path("usage").toString())
                .isEqualTo("{\"prompt_tokens\":5,\"completion_tokens\":12,\"total_tokens\":17}");
        assertThat(client.chat("hello", "\"max_tokens\":3")
                        .json()
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo("length");
    }

    @Test
    void aStreamIsTheSameAnswerInEvents() {
        ready();
        Client.Answer answer = client.chat("héllo 🎈", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
        List<String> events = answer.events();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        assertThat(events.getFirst())
                .contains("\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null");
        StringBuilder text = new StringBuilder();
        for (String event : events.subList(0, events.size() - 1)) {
            var json = Json.read(event, com.fasterxml.jackson.databind.JsonNode.class, "an event");
            assertThat(json.path("object").asText()).isEqualTo("chat.completion.chunk");
            text.append(json.at("/choices/0/delta/content").asText(""));
        }
        assertThat(text).hasToString("echo: héllo 🎈");
        assertThat(events.get(events.size() - 3)).contains("\"finish_reason\":\"stop\"");
        assertThat(events.get(events.size() - 2)).contains("\"choices\":[],\"usage\":{\"prompt_tokens\":11");
    }

    @Test
    void sageMakerNamesTheAdapterInAHeaderOrInTheBodyOrNotAtAll() {
        ready();
        client.post("/adapters", "{\"name\":\"one\",\"src\":\"/adapters/one\"}");
        client.post("/adapters", "{\"name\":\"two\",\"src\":\"file:///adapters/two\"}");
        String bare = "{\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        assertThat(client.post("/invocations", bare).text()).isEqualTo("echo: hi");
        for (String header : List.of(
                "X-Amzn-SageMaker-Inference-Component",
                "X-Amzn-SageMaker-Target-Model",
                "X-Amzn-SageMaker-Adapter-Identifier"))
            assertThat(client.post("/invocations", bare, header, "one").text()).isEqualTo("one: hi");
        String named = "{\"model\":\"two\"," + bare.substring(1);
        assertThat(client.post("/invocations", named).text()).isEqualTo("two: hi");
        assertThat(client.post("/invocations", named, "X-Amzn-SageMaker-Target-Model", "one")
                        .text())
                .isEqualTo("one: hi");
        assertThat(client.post("/invocations", bare, "X-Amzn-SageMaker-Target-Model", "three")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anUnknownModelIsOpenAis404() {
        ready();
        Client.Answer answer =
                client.post("/v1/chat/completions", Client.body("hi", "").replace("\"base\"", "\"nobody\""));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(answer.json().at("/error/param").asText()).isEqualTo("model");
    }

    @Test
    void adaptersComeAndGoWhileItRuns() {
        ready();
        assertThat(client.post("/adapters", "{\"name\":\"a\",\"src\":\"/adapters/a\"}")
                        .status())
                .isEqualTo(201);
        assertThat(client.post("/adapters", "{\"name\":\"a\",\"src\":\"/adapters/a\"}")
                        .status())
                .isEqualTo(200);
        assertThat(client.post("/adapters", "{\"name\":\"a\",\"src\":\"/adapters/b\"}")
                        .status())
                .isEqualTo(409);
        assertThat(client.get("/adapters").json().at("/adapters/0").toString())
                .isEqualTo("{\"name\":\"a\",\"src\":\"/adapters/a\",\"rank\":4,\"alpha\":8.0,\"targets\":[\"q_proj\"],"
                        + "\"requests\":0}");
        assertThat(client.get("/v1/models").json().path("data").findValuesAsText("id"))
                .containsExactly("base", "a");
        assertThat(client.delete("/adapters/a").status()).isEqualTo(200);
        assertThat(client.delete("/adapters/a").status()).isEqualTo(404);
        assertThat(client.get("/v1/models").json().path("data").findValuesAsText("id"))
                .containsExactly("base");
    }

    @Test
    void anAdapterThatDoesNotFitIsRefusedWithTheReason() {
        ready();
        Client.Answer answer = client.post("/adapters", "{\"name\":\"a\",\"src\":\"/adapters/broken\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo("the adapter was made for another base");
        assertThat(client.post("/adapters", "{\"name\":\"a\",\"src\":\"s3://b/c\"}")
                        .error())
                .isEqualTo("src must be a directory of this machine or its file:// address");
        assertThat(client.post("/adapters", "{\"src\":\"/x\"}").error()).isEqualTo("name is required");
        assertThat(client.post("/adapters", "{\"name\":\"../x\",\"src\":\"/x\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aWebPageCannotLoadAdaptersAcrossOrigins() {
        ready();
        HttpRequest.Builder form = HttpRequest.newBuilder(server.address().resolve("/adapters"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"a\",\"src\":\"/adapters/a\"}"));
        assertThat(client.send(form).status()).isEqualTo(415);
    }

    @Test
    void wrongPathsAndMethodsAreSaidToBeSo() {
        ready();
        assertThat(client.get("/nowhere").status()).isEqualTo(404);
        assertThat(client.get("/v1/chat/completions").status()).isEqualTo(405);
        assertThat(client.post("/ping", "{}").status()).isEqualTo(405);
        assertThat(client.get("/adapters/a").status()).isEqualTo(405);
    }

    @Test
    void aBodyAboveTheLimitIsRefused() {
        ready();
        assertThat(client.chat("x".repeat(5000), "").status()).isEqualTo(413);
        assertThat(client.chat("x".repeat(3000), "").status()).isEqualTo(200);
    }

    @Test
    void aClientThatDoesNotSendItsBodyLosesItsConnection() throws IOException {
        ready();
        try (Socket socket = connect("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")) {
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    private Socket connect(String text) throws IOException {
        URI address = server.address();
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private Socket ask(String fields) throws IOException {
        String body = Client.body("forever", fields);
        return connect("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body));
    }

    @Test
    void aClientThatHangsUpStopsItsStream() throws IOException, InterruptedException {
        hangingUpStops("\"stream\":true");
    }

    @Test
    void aClientThatHangsUpStopsItsAnswer() throws IOException, InterruptedException {
        hangingUpStops("");
    }

    private void hangingUpStops(String fields) throws IOException, InterruptedException {
        ready();
        model.steps.drainPermits();
        try (Socket socket = ask(fields)) {
            until(() -> model.openContexts.get() == 1);
            model.steps.release(10);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        // whatever is written goes to a closed connection; each step says a little, each heartbeat too
        until(() -> {
            model.steps.release(1);
            return model.openContexts.get() == 0;
        });
        assertThat(model.turns.size()).isLessThan(5000);
    }

    @Test
    void aSlowAnswerBeginsWithSpacesAndIsStillJson() throws IOException {
        ready();
        model.steps.drainPermits();
        String body = Client.body("hi", "");
        try (Socket socket = connect(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(body.length(), body))) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            StringBuilder heard = new StringBuilder();
            while (!heard.toString().contains("\r\n\r\n1\r\n \r\n")) heard.append((char) in.readByte());
            model.steps.release(1_000_000);
            String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(rest)
                    .contains("{\"id\":\"chatcmpl-")
                    .contains("\"content\":\"echo: hi\"")
                    .endsWith("0\r\n\r\n");
        }
    }

    @Test
    void beyondTheQueueIs429WithARetryAfter() throws InterruptedException {
        ready();
        model.steps.drainPermits();
        List<CompletableFuture<Client.Answer>> asked = List.of(askLater(), askLater(), askLater(), askLater());
        until(() -> asked.stream().anyMatch(CompletableFuture::isDone));
        Client.Answer refused = asked.stream()
                .filter(CompletableFuture::isDone)
                .findFirst()
                .orElseThrow()
                .join();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.json().at("/error/type").asText()).isEqualTo("rate_limit_error");
        model.steps.release(1_000_000);
        assertThat(asked.stream().map(each -> each.join().status())).containsExactlyInAnyOrder(200, 200, 200, 429);
    }

    private CompletableFuture<Client.Answer> askLater() {
        return CompletableFuture.supplyAsync(() -> client.chat("hi", ""), others);
    }

    @Test
    void aFailureOfTheModelIsA500WithoutItsText() {
        ready();
        Client.Answer answer = client.chat("nan secret", "");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.response().body()).doesNotContain("secret");
        assertThat(client.chat("nan", "\"stream\":true").events())
                .last()
                .asString()
                .startsWith("{\"error\"");
        assertThat(client.chat("hi", "").text()).isEqualTo("echo: hi");
    }

    @Test
    void anAnswerThatTakesTooLongIsBrokenOff() throws InterruptedException {
        HttpOptions hasty = new HttpOptions(
                "127.0.0.1",
                0,
                4096,
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofSeconds(20));
        model.steps.drainPermits();
        try (EndpointServer other = EndpointServer.start(hasty);
                Client impatient = new Client(other.address())) {
            other.ready(serving);
            assertThat(impatient.chat("forever", "\"stream\":true").events())
                    .last()
                    .asString()
                    .contains("timeout");
            model.steps.release(1_000_000);
            until(() -> model.openContexts.get() == 0);
        }
    }

    @Test
    void closingFinishesWhatIsInFlightAndRefusesWhatIsNew() throws InterruptedException {
        ready();
        model.steps.drainPermits();
        var answer = askLater();
        until(() -> model.openContexts.get() == 1);
        var closing = CompletableFuture.runAsync(server::close, others);
        until(() -> client.get("/ping").status() == 503);
        assertThat(closing).isNotDone();
        model.steps.release(1_000_000);
        assertThat(answer.join().text()).isEqualTo("echo: hi");
        closing.join();
        assertThat(model.openContexts).hasValue(0);
    }

    @Test
    void aPortInUseIsTheUsersToPutRight() {
        HttpOptions taken = HttpOptions.loopback(server.address().getPort());
        assertThatThrownBy(() -> EndpointServer.start(taken))
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("Choose another --port");
    }
}

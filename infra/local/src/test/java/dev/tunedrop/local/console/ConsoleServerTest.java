package dev.tunedrop.local.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;

class ConsoleServerTest {

    private final ConsoleServer server = ConsoleServer.start(new ExampleRuns(), 0);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void theListHoldsEveryRunWithItsState() throws Exception {
        JsonNode runs = json("api/runs");
        assertThat(runs.findValuesAsText("state")).containsExactly("RUNNING", "PUBLISHED", "REJECTED", "FAILED");
    }

    @Test
    void aRunShowsEveryDocumentItHasAndNoOther() throws Exception {
        JsonNode published = json("api/runs/" + ExampleRuns.PUBLISHED);
        assertThat(published.at("/heldOut/baseLoss").doubleValue()).isEqualTo(3.412);
        assertThat(published.at("/steps").size()).isEqualTo(11);
        assertThat(published.has("failure")).isFalse();
        assertThat(json("api/runs/" + ExampleRuns.FAILED).at("/failure/remedy").textValue())
                .contains("models/");
    }

    @Test
    void figuresAreToldByNameAndByTheValueThatTellsThemApart() throws Exception {
        JsonNode figures = json("api/figures");
        assertThat(figures.findValuesAsText("name")).containsExactly("Accepted", "Refused", "SpentUsd");
        assertThat(figures.path(1).path("dimension").asText()).isEqualTo(ExampleRuns.HOSTILE);
    }

    @Test
    void metricsStartAfterTheStepAskedFor() throws Exception {
        assertThat(json("api/runs/" + ExampleRuns.TRAINING + "/metrics?after=45")
                        .findValuesAsText("step"))
                .containsExactly("46", "47");
    }

    @Test
    void everyAddressThePageNamesIsThere() throws Exception {
        String page = get("").body();
        for (String script : new String[] {"assets/console.js", "assets/run.js", "assets/chart.js"})
            page += get(script).body();
        var named = Pattern.compile("\"/(assets/[a-z.]+)\"|'\\./([a-z.]+)'").matcher(page);
        int seen = 0;
        while (named.find()) {
            String asset = named.group(1) != null ? named.group(1) : "assets/" + named.group(2);
            assertThat(get(asset).statusCode()).as(asset).isEqualTo(200);
            seen++;
        }
        assertThat(seen).isGreaterThanOrEqualTo(7);
    }

    @Test
    void aReportRunsNoScript() throws Exception {
        HttpResponse<String> report = get("runs/" + ExampleRuns.PUBLISHED + "/report");
        assertThat(report.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("sandbox;")
                .doesNotContain("allow-scripts")
                .contains("default-src 'none'");
    }

    @Test
    void thePageTakesNothingFromElsewhere() throws Exception {
        HttpResponse<String> page = get("");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void aRequestUnderAnotherHostNameIsTurnedAway() throws Exception {
        assertThat(raw("GET /api/runs HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421")
                .doesNotContain(ExampleRuns.PUBLISHED);
        assertThat(raw("GET /api/runs HTTP/1.1\r\nHost: localhost:"
                        + server.address().getPort() + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void nothingButReadingIsAnswered() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(server.address().resolve("api/runs"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        for (String path :
                new String[] {"api/runs/none", "runs/none/report", "assets/../index.html", "assets/Reply.class", "x"})
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }

    @Test
    void aTakenPortIsSaidInOneLine() {
        assertThatThrownBy(() -> ConsoleServer.start(
                                new ExampleRuns(), server.address().getPort())
                        .close())
                .isInstanceOf(UserMistake.class)
                .hasMessageContaining("is taken");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.tree(response.body().getBytes(StandardCharsets.UTF_8), path);
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;

/// A client as tests want it.
final class Client implements AutoCloseable {

    private final URI server;
    private final HttpClient http = HttpClient.newHttpClient();

    Client(URI server) {
        this.server = server;
    }

    record Answer(int status, HttpResponse<String> response) {
        JsonNode json() {
            return Json.read(response.body(), JsonNode.class, "the reply");
        }

        String text() {
            return json().at("/choices/0/message/content").asText();
        }

        String error() {
            return json().at("/error/message").asText();
        }

        /// The data of each server-sent event.
        List<String> events() {
            return response.body()
                    .lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring(6))
                    .toList();
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        request.header("Content-Type", "application/json");
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    /// Asks with these fields beside the messages.
    Answer chat(String question, String fields) {
        return post("/v1/chat/completions", body(question, fields));
    }

    static String body(String question, String fields) {
        return "{\"model\":\"base\",\"temperature\":0,%s\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
                .formatted(fields.isEmpty() ? "" : fields + ",", Json.writeLine(question));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

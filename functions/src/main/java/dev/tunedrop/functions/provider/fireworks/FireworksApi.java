package dev.tunedrop.functions.provider.fireworks;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.http.Answer;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// Calls of Fireworks' gateway, below one account.
final class FireworksApi {

    /// Of gRPC, which the gateway's errors carry.
    private static final int NOT_FOUND = 5;

    private static final int NOT_FOUND_HTTP = 404;

    private final URI account;
    private final Supplier<String> key;
    private final ServiceHttp http;

    /// @param account ends with a slash
    /// @param key read for every call
    FireworksApi(URI account, Supplier<String> key, ServiceHttp http) {
        this.account = account;
        this.key = key;
        this.http = http;
    }

    Answer get(String path) {
        return http.send(request(path).GET().build());
    }

    Answer post(String path, JsonNode body) {
        return http.send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.writeLine(body)))
                .build());
    }

    /// Of the model, which is not below the account.
    Answer chat(JsonNode question) {
        return post("/inference/v1/chat/completions", question);
    }

    /// To an address that carries its own permission, so the key stays here.
    Answer put(String signedUrl, long sizeBytes, Supplier<InputStream> content) {
        return http.send(HttpRequest.newBuilder(URI.create(signedUrl))
                .header("Content-Type", "application/octet-stream")
                .header("x-goog-content-length-range", sizeBytes + "," + sizeBytes)
                .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(content), sizeBytes))
                .build());
    }

    /// Whether the gateway itself says that there is no such thing.
    static boolean absent(Answer answer) {
        return answer.status() == NOT_FOUND_HTTP
                && answer.object()
                        .filter(o -> o.path("code").asInt() == NOT_FOUND)
                        .isPresent();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(account.resolve(path))
                .header("Authorization", "Bearer " + key.get())
                .header("Accept", "application/json");
    }
}

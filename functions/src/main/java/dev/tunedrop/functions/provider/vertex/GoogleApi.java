package dev.tunedrop.functions.provider.vertex;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.functions.provider.http.Answer;
import dev.tunedrop.functions.provider.http.ServiceHttp;

/// Calls of Google's services in one identity.
final class GoogleApi {

    private static final int NOT_FOUND = 404;

    private final Supplier<String> accessToken;
    private final ServiceHttp http;

    GoogleApi(Supplier<String> accessToken, ServiceHttp http) {
        this.accessToken = accessToken;
        this.http = http;
    }

    Answer get(URI address) {
        return http.send(request(address).GET().build());
    }

    Answer post(URI address, JsonNode body) {
        return http.send(request(address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.writeLine(body)))
                .build());
    }

    /// @param hash what the store is to hold the bytes to, as `x-goog-hash` has it
    Answer put(URI address, long sizeBytes, String hash, Supplier<InputStream> content) {
        return http.send(request(address)
                .header("Content-Type", "application/jsonl")
                .header("x-goog-hash", hash)
                .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(content), sizeBytes))
                .build());
    }

    /// Whether Google itself says that there is no such thing.
    static boolean absent(Answer answer) {
        return answer.status() == NOT_FOUND
                && answer.object()
                        .filter(o -> o.path("error").path("code").asInt() == NOT_FOUND)
                        .isPresent();
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + accessToken.get())
                .header("Accept", "application/json");
    }
}

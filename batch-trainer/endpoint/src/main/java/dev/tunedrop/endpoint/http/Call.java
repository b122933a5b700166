package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.events.json.Json;

/// One request and its reply.
final class Call {

    private static final String JSON = "application/json";

    private final HttpExchange exchange;
    private final HttpOptions options;
    private final ScheduledExecutorService clock;

    Call(HttpExchange exchange, HttpOptions options, ScheduledExecutorService clock) {
        this.exchange = exchange;
        this.options = options;
        this.clock = clock;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /// The path as it was sent, escapes and all.
    String path() {
        return exchange.getRequestURI().getRawPath();
    }

    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /// The whole body. A client that is too slow loses its connection.
    byte[] body() throws IOException {
        ApiError tooLarge =
                ApiError.tooLarge("the request's body is above %d bytes; send less".formatted(options.bodyBytes()));
        String announced = header("Content-Length");
        if (announced != null && announced.length() > 10) throw tooLarge;
        Future<?> limit = clock.schedule(exchange::close, options.bodyTime().toNanos(), TimeUnit.NANOSECONDS);
        try (InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(options.bodyBytes() + 1);
            if (body.length > options.bodyBytes()) throw tooLarge;
            return body;
        } finally {
            limit.cancel(false);
        }
    }

    void requireJson() {
        String type = header("Content-Type");
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase(JSON))
            throw ApiError.wrongMediaType("the request's Content-Type must be application/json");
    }

    void reply(int status, Object document) throws IOException {
        byte[] body = line(document);
        exchange.getResponseHeaders().set("Content-Type", JSON);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    void refuse(ApiError error) throws IOException {
        Integer retryAfter = error.retryAfterSeconds();
        if (retryAfter != null) exchange.getResponseHeaders().set("Retry-After", retryAfter.toString());
        reply(error.status(), error.reply());
    }

    /// A reply whose length is not known yet.
    OutputStream open(String contentType) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    OutputStream openJson() throws IOException {
        return open(JSON);
    }

    boolean replied() {
        return exchange.getResponseCode() != -1;
    }

    static byte[] line(Object document) {
        return (Json.writeLine(document) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}

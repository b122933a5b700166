package dev.tunedrop.local.finetuning.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.Json;

/// Listens, lets in who may ask, and writes what was answered.
///
/// On the loopback address a request must name it as its `Host`, so that a web page elsewhere cannot reach it by a name
/// that resolves here (DNS rebinding). No CORS header is ever set.
public final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final String BEARER = "Bearer ";
    private static final int MOST_AT_ONCE = 1 << 14;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final @Nullable String key;
    private final boolean loopback;
    private final Function<Call, Reply> api;

    private ApiServer(HttpServer server, @Nullable String key, Function<Call, Reply> api) {
        this.server = server;
        this.key = key;
        this.loopback = server.getAddress().getAddress().isLoopbackAddress();
        this.api = api;
    }

    /// @param port 0 for any free one
    /// @param key what `Authorization: Bearer` must say; null: anything
    public static ApiServer start(String host, int port, @Nullable String key, Function<Call, Reply> api) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (key == null && !address.isLoopbackAddress())
                throw new UserMistake(
                        host + " can be reached from other machines, and there is no key. Set TUNEDROP_API_KEY first.");
            HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
            ApiServer started = new ApiServer(server, key, api);
            server.setExecutor(started.threads);
            server.createContext("/", started::handle);
            server.start();
            return started;
        } catch (BindException e) {
            throw new UserMistake(
                    "port " + port + " of " + host + " is taken. Stop what uses it, or choose another with --port.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + host + ":" + port, e);
        }
    }

    /// What a client takes as its base URL.
    public URI address() {
        InetSocketAddress at = server.getAddress();
        String host = loopback ? "127.0.0.1" : at.getAddress().getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort() + "/v1");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String id = "req_" + UUID.randomUUID().toString().replace("-", "");
            exchange.getResponseHeaders().set("x-request-id", id);
            try {
                admit(exchange);
                send(exchange, api.apply(new Call(exchange)));
            } catch (Refusal refused) {
                refuse(exchange, refused);
            } catch (RuntimeException e) {
                LOG.error(
                        "{} {} {} could not be answered",
                        id,
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        e);
                refuse(exchange, Refusal.fault());
            }
        }
    }

    private void admit(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        int port = server.getAddress().getPort();
        if (loopback && !("127.0.0.1:" + port).equals(host) && !("localhost:" + port).equals(host))
            throw Refusal.misdirected("This API answers as 127.0.0.1:" + port + " only.");
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (given == null || !given.startsWith(BEARER) || given.length() == BEARER.length())
            throw Refusal.unauthorized(
                    "You didn't provide an API key. Send it as Authorization: Bearer YOUR_KEY; any key is taken unless"
                            + " TUNEDROP_API_KEY is set.");
        if (key != null && !same(key, given.substring(BEARER.length())))
            throw Refusal.unauthorized("Incorrect API key provided. It must be the server's TUNEDROP_API_KEY.");
    }

    private static boolean same(String key, String given) {
        return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        switch (reply) {
            case Reply.Document document -> bytes(exchange, 200, "application/json", json(document.body()));
            case Reply.Passed passed -> bytes(exchange, passed.status(), passed.contentType(), passed.body());
            case Reply.Streamed streamed -> stream(exchange, streamed);
            case Reply.Content content -> {
                exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
                long size = Files.size(content.file());
                exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
                if (size > 0)
                    try (OutputStream out = exchange.getResponseBody()) {
                        Files.copy(content.file(), out);
                    }
            }
        }
    }

    /// Whatever has come goes out before more is waited for.
    private static void stream(HttpExchange exchange, Reply.Streamed streamed) throws IOException {
        try (InputStream in = streamed.body()) {
            exchange.getResponseHeaders().set("Content-Type", streamed.contentType());
            exchange.sendResponseHeaders(200, 0);
            byte[] buffer = new byte[MOST_AT_ONCE];
            try (OutputStream out = exchange.getResponseBody()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        }
    }

    private static void refuse(HttpExchange exchange, Refusal refused) throws IOException {
        bytes(exchange, refused.status(), "application/json", json(refused.body()));
    }

    private static byte[] json(Object body) {
        return Json.writeLine(body).getBytes(StandardCharsets.UTF_8);
    }

    private static void bytes(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0)
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

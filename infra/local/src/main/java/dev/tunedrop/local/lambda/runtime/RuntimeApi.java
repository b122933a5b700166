package dev.tunedrop.local.lambda.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.lambda.FunctionError;
import dev.tunedrop.local.lambda.FunctionSpec;

/// Lambda's runtime API (version 2018-06-01) for one instance of a function.
///
/// | request | what it does |
/// |---|---|
/// | `GET /runtime/invocation/next` | waits for an event; asked for the first time, the function is ready |
/// | `POST /runtime/invocation/{id}/response` | the answer |
/// | `POST /runtime/invocation/{id}/error` | what the function threw |
/// | `POST /runtime/init/error` | what kept the function from starting |
/// | `GET /runtime/restore/next` | the hooks before a snapshot are done; answered as if it had been restored |
/// | `POST /runtime/restore/error` | what a hook threw |
///
/// Source: the API's description in the developer guide of AWS Lambda, and the requests of Lambda's own client.
final class RuntimeApi implements AutoCloseable {

    private static final String ROOT = "/2018-06-01/runtime/";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final FunctionSpec function;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Invocation> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile @Nullable Invocation current;

    /// One event and what came of it; compared by nobody.
    @SuppressWarnings("ArrayRecordComponent")
    private record Invocation(String id, byte[] payload, CompletableFuture<byte[]> answer) {}

    RuntimeApi(FunctionSpec function) {
        this.function = function;
        try {
            server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1", e);
        }
        server.setExecutor(threads);
        server.createContext(ROOT, this::answer);
        server.start();
    }

    /// Where the client finds it.
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /// Completes when the function waits for its first event; fails with a [FunctionError] when it never will.
    CompletableFuture<Void> ready() {
        return ready;
    }

    /// Hands an event to the function; its answer, or a [FunctionError].
    CompletableFuture<byte[]> send(byte[] payload) {
        Invocation invocation = new Invocation(UUID.randomUUID().toString(), payload, new CompletableFuture<>());
        current = invocation;
        events.add(invocation);
        return invocation.answer();
    }

    /// The process is gone: whoever waits is told.
    void ended(FunctionError why) {
        ready.completeExceptionally(why);
        Invocation waiting = current;
        if (waiting != null) waiting.answer().completeExceptionally(why);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath().substring(ROOT.length());
            switch (path) {
                case "invocation/next" -> next(exchange);
                case "restore/next" -> reply(exchange, OK, new byte[0]);
                case "init/error", "restore/error" -> {
                    reply(exchange, ACCEPTED, new byte[0]);
                    ended(error(body));
                }
                default -> result(exchange, path, body);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void next(HttpExchange exchange) throws IOException, InterruptedException {
        ready.complete(null);
        Invocation invocation = events.take();
        var headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
        headers.set(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(System.currentTimeMillis() + function.timeout().toMillis()));
        headers.set("Lambda-Runtime-Invoked-Function-Arn", function.arn());
        headers.set("Lambda-Runtime-Trace-Id", trace());
        headers.set("Content-Type", "application/json");
        reply(exchange, OK, invocation.payload());
    }

    /// A trace of its own for each event, as X-Ray writes it: the AWS SDK sends it along with every call, and Step
    /// Functions goes on with it.
    private static String trace() {
        String random = UUID.randomUUID().toString().replace("-", "");
        return "Root=1-%08x-%s;Parent=%s;Sampled=1"
                .formatted(System.currentTimeMillis() / 1000, random.substring(0, 24), random.substring(16));
    }

    private void result(HttpExchange exchange, String path, byte[] body) throws IOException {
        Invocation invocation = current;
        if (invocation == null || !path.startsWith("invocation/" + invocation.id() + "/")) {
            reply(exchange, 404, new byte[0]);
            return;
        }
        reply(exchange, ACCEPTED, new byte[0]);
        if (path.endsWith("/response")) invocation.answer().complete(body);
        else invocation.answer().completeExceptionally(error(body));
    }

    /// `{"errorMessage", "errorType", "stackTrace"}`, as the client reports it.
    private static FunctionError error(byte[] body) {
        JsonNode error = Json.tree(body, "the function's error");
        return new FunctionError(
                error.path("errorType").asText("Runtime.Unknown"),
                error.path("errorMessage").asText(""));
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

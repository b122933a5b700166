package dev.tunedrop.local.facade;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// One loopback address for every service that speaks AWS's JSON protocols.
///
/// `X-Amz-Target: AWSStepFunctions.StartExecution` names service and operation (JSON 1.0 and 1.1); a path such as
/// `/v1/submitjob` does for Batch (REST JSON); `/endpoints/NAME/invocations` is SageMaker's runtime, which carries
/// bytes and is handed over whole.
public final class Facade implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Facade.class);
    private static final int MAX_BODY_BYTES = 32 * 1024 * 1024;

    private final HttpServer server;
    private final String accessKeyId;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Served> byTarget = new LinkedHashMap<>();
    private final Map<String, Operation> byPath = new LinkedHashMap<>();
    private volatile RuntimeApi runtime = exchange -> {
        throw new ApiError(404, "ValidationError", "This cloud serves no endpoints.");
    };

    private volatile @Nullable FunctionUrls urls;

    private record Served(ServiceApi api, RequestRules rules) {}

    private record Operation(Served served, String name) {}

    /// What is answered with bytes instead of a JSON document.
    interface RuntimeApi {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private Facade(HttpServer server, String accessKeyId) {
        this.server = server;
        this.accessKeyId = accessKeyId;
    }

    /// @param port 0 for any free one
    /// @param accessKeyId the one that requests must be signed with. The name is drawn at random and known to the
    /// home's
    ///     owner only, so it is what opens the door; the signature itself is not checked
    public static Facade start(int port, String accessKeyId) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            Facade facade = new Facade(server, accessKeyId);
            server.setExecutor(facade.threads);
            server.createContext("/", facade::handle);
            server.start();
            return facade;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve on port " + port + ": " + e.getMessage(), e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void serve(String targetPrefix, ServiceApi api, RequestRules rules) {
        byTarget.put(targetPrefix, new Served(api, rules));
    }

    void servePath(String path, String operation, ServiceApi api, RequestRules rules) {
        byPath.put(path, new Operation(new Served(api, rules), operation));
    }

    void serveUrls(FunctionUrls functions) {
        urls = functions;
    }

    void serveRuntime(RuntimeApi api) {
        runtime = api;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                String path = exchange.getRequestURI().getPath();
                FunctionUrls functions = urls;
                if (functions != null && path.startsWith(FunctionUrls.PREFIX)) {
                    functions.answer(exchange);
                    return;
                }
                admit(exchange);
                if (path.startsWith("/endpoints/")) runtime.answer(exchange);
                else respond(exchange, 200, answer(exchange, path));
            } catch (ApiError e) {
                refuse(exchange, e);
            } catch (InvalidDocument e) {
                refuse(exchange, new ApiError("SerializationException", e.getMessage() == null ? "" : e.getMessage()));
            } catch (InterruptedException e) {
                refuse(exchange, new ApiError(503, "ServiceUnavailable", "The local cloud is stopping."));
            } catch (RuntimeException e) {
                LOG.error(
                        "the local cloud broke on {}", exchange.getRequestURI().getPath(), e);
                refuse(exchange, new ApiError(500, "InternalFailure", e.toString()));
            }
        }
    }

    private void admit(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null || !authorization.contains("Credential=" + accessKeyId + "/"))
            throw new ApiError(
                    403,
                    "UnrecognizedClientException",
                    "The security token included in the request is invalid. Use the credentials in addresses.json.");
    }

    private JsonNode answer(HttpExchange exchange, String path) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) throw new ApiError(413, "RequestEntityTooLarge", "The request is too large.");
        JsonNode request = body.length == 0 ? Json.mapper().createObjectNode() : Json.tree(body, "the request");
        Operation operation = operation(exchange, path);
        operation.served().rules().check(operation.name(), request);
        return operation.served().api().answer(operation.name(), request);
    }

    private Operation operation(HttpExchange exchange, String path) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (target == null) {
            Operation named = byPath.get(path);
            if (named == null) throw new ApiError(404, "UnknownOperationException", "Nothing is served at this path.");
            return named;
        }
        int dot = target.lastIndexOf('.');
        Served served = dot < 0 ? null : byTarget.get(target.substring(0, dot));
        if (served == null)
            throw new ApiError("UnknownOperationException", "This cloud does not serve " + target + ".");
        return new Operation(served, target.substring(dot + 1));
    }

    private static void refuse(HttpExchange exchange, ApiError error) throws IOException {
        exchange.getResponseHeaders().set("x-amzn-ErrorType", error.code());
        ObjectNode body = Json.mapper().createObjectNode();
        String message = error.getMessage() == null ? "" : error.getMessage();
        body.put("__type", error.code()).put("message", message);
        respond(exchange, error.status(), body);
    }

    private static void respond(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = Json.writeLine(body).getBytes(StandardCharsets.UTF_8);
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        exchange.getResponseHeaders().set("Content-Type", type == null ? "application/json" : type);
        exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /// The part of a path between two fixed parts, decoded.
    static String segment(String rawPath, int index) {
        return URLDecoder.decode(rawPath.split("/", -1)[index], StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

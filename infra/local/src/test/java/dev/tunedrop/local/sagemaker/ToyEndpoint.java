package dev.tunedrop.local.sagemaker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tunedrop.events.json.Json;

/// A container with the endpoint's contract and no model: it says who was asked, over which base and adapter.
public final class ToyEndpoint {

    private static final Map<String, String> ADAPTERS = new ConcurrentHashMap<>();

    private ToyEndpoint() {}

    public static void main(String[] args) throws IOException {
        Path base = Path.of(args[1]);
        if (!Files.exists(base.resolve("config.json"))) throw new IOException("no config.json in the base");
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[3])), 0);
        server.createContext("/ping", exchange -> answer(exchange, 200, "{}"));
        server.createContext("/adapters", ToyEndpoint::adapters);
        server.createContext("/invocations", exchange -> {
            String adapter = exchange.getRequestHeaders().getFirst("X-Amzn-SageMaker-Inference-Component");
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (asked.startsWith("slowly ")) slowly(exchange, Path.of(asked.substring("slowly ".length())));
            else if (asked.contains("refuse")) answer(exchange, 400, "{\"error\":\"refused\"}");
            else if (adapter == null) answer(exchange, 200, "\"base of " + base.getFileName() + "\"");
            else answer(exchange, 200, "\"" + ADAPTERS.get(adapter) + "\"");
        });
        server.start();
    }

    /// Two words, the second once a file is there.
    private static void slowly(HttpExchange exchange, Path go) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("first".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            while (!Files.exists(go)) LockSupport.parkNanos(1_000_000);
            exchange.getResponseBody().write("second".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void adapters(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("DELETE")) {
            ADAPTERS.remove(exchange.getRequestURI().getPath().substring("/adapters/".length()));
            answer(exchange, 200, "{}");
            return;
        }
        JsonNode asked = Json.mapper().readTree(exchange.getRequestBody());
        Path file = Path.of(asked.path("src").asText(), "adapter_config.json");
        if (!Files.exists(file)) {
            answer(exchange, 400, "{\"error\":\"no adapter_config.json\"}");
            return;
        }
        ADAPTERS.put(asked.path("name").asText(), Files.readString(file).strip());
        answer(exchange, 200, "{}");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}

package dev.tunedrop.local.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// A container with the endpoint's contract that takes every adapter and has one answer to all.
public final class InstantEndpoint {

    private static final String ANSWER = "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"yes\"}}]}";

    private InstantEndpoint() {}

    /// @param args as the local SageMaker gives them: `--base DIR --port PORT`
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[3])), 0);
        server.createContext("/ping", exchange -> answer(exchange, "{}"));
        server.createContext("/adapters", exchange -> answer(exchange, "{}"));
        server.createContext("/invocations", exchange -> answer(exchange, ANSWER));
        server.start();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}

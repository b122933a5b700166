package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;

/// Takes webhooks, the first ones not.
final class Receiver implements AutoCloseable {

    static final String SECRET = "whsec_bm90IGEgcmVhbCBzZWNyZXQ=";

    private final HttpServer server;
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    /// @param headers by their lower-case names
    record Delivery(Map<String, String> headers, String body) {}

    /// @param refused how many are answered with 503 first
    Receiver(int refused) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger left = new AtomicInteger(refused);
        server.createContext("/", exchange -> {
            try (exchange) {
                Map<String, String> headers = new TreeMap<>();
                exchange.getRequestHeaders()
                        .forEach((name, values) ->
                                headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                deliveries.add(new Delivery(headers, body));
                exchange.sendResponseHeaders(left.getAndDecrement() > 0 ? 503 : 204, -1);
            }
        });
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(60, TimeUnit.SECONDS);
        if (delivery == null) throw new AssertionError("no webhook came");
        return delivery;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

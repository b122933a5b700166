package dev.tunedrop.local.sagemaker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.batch.Children;

/// One container at work: a child JVM that serves a base on a loopback port, and the adapters loaded into it.
final class EndpointProcess {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointProcess.class);
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration CALL = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int TAIL = 5;

    private final String name;
    private final Process process;
    private final int port;
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Set<String> adapters = new HashSet<>();
    private volatile long lastUsed = System.nanoTime();

    private EndpointProcess(String name, Process process, int port, Path log) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts the container and waits until it answers `/ping`. Ends one that an earlier cloud left.
    static EndpointProcess start(String name, Container container, Path base, Path folder)
            throws IOException, InterruptedException {
        String mark = "endpoint-" + name;
        for (ProcessHandle orphan : Children.marked(mark)) Children.stop(orphan, GRACE);
        int port = freePort();
        List<String> arguments = new ArrayList<>(container.arguments());
        arguments.addAll(List.of("--base", base.toString(), "--port", Integer.toString(port)));
        Files.createDirectories(folder);
        Path log = folder.resolve("log.txt");
        Process process = Children.start(
                mark, container.jvmOptions(), container.mainClass(), arguments, container.environment(), folder, log);
        EndpointProcess endpoint = new EndpointProcess(name, process, port, log);
        endpoint.awaitPing();
        LOG.info("endpoint {} serves {} on port {}", name, base.getFileName(), port);
        return endpoint;
    }

    private void awaitPing() throws IOException, InterruptedException {
        long until = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < until) {
            if (!process.isAlive())
                throw new IOException(
                        "the container ended with exit code %d: %s".formatted(process.exitValue(), tail()));
            try {
                HttpRequest ping = HttpRequest.newBuilder(at("/ping"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
                if (http.send(ping, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) return;
            } catch (IOException notYet) {
                LOG.trace("endpoint {} does not answer yet", name, notYet);
            }
            Thread.sleep(100);
        }
        stop();
        throw new IOException(
                "the container did not answer /ping within %d s: %s".formatted(START.toSeconds(), tail()));
    }

    /// Loads an adapter unless it is there; the container's own words where it refuses.
    synchronized void load(String adapter, Path folder) throws IOException, InterruptedException {
        if (adapters.contains(adapter)) return;
        String body = Json.writeLine(Json.mapper()
                .createObjectNode()
                .put("name", adapter)
                .put("src", folder.toAbsolutePath().toString()));
        HttpRequest request = HttpRequest.newBuilder(at("/adapters"))
                .timeout(CALL)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2)
            throw new IOException(
                    "the container refused the adapter (%d): %s".formatted(response.statusCode(), response.body()));
        adapters.add(adapter);
    }

    synchronized void unload(String adapter) throws IOException, InterruptedException {
        if (!adapters.remove(adapter)) return;
        http.send(
                HttpRequest.newBuilder(at("/adapters/" + adapter))
                        .timeout(CALL)
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    /// Forwards a request to `/invocations`; an empty adapter asks the base.
    <T> HttpResponse<T> invoke(String adapter, String contentType, byte[] body, HttpResponse.BodyHandler<T> as)
            throws IOException, InterruptedException {
        lastUsed = System.nanoTime();
        HttpRequest.Builder request = HttpRequest.newBuilder(at("/invocations"))
                .timeout(CALL)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!adapter.isEmpty()) request.header("X-Amzn-SageMaker-Inference-Component", adapter);
        return http.send(request.build(), as);
    }

    boolean alive() {
        return process.isAlive();
    }

    long lastUsed() {
        return lastUsed;
    }

    void stop() throws InterruptedException {
        http.shutdownNow();
        Children.stop(process.toHandle(), GRACE);
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private String tail() throws IOException {
        if (!Files.exists(log)) return "it said nothing";
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

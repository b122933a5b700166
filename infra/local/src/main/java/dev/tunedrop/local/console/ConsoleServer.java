package dev.tunedrop.local.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.UserMistake;

/// The console over HTTP, for this machine only: it binds the loopback address and answers a request only when its
/// `Host` names that address, so that a web page elsewhere cannot reach it by a name that resolves here (DNS
/// rebinding). It reads and never changes anything, and sets no CORS header.
public final class ConsoleServer implements AutoCloseable {

    public static final int DEFAULT_PORT = 7700;

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> hosts;
    private final ConsoleRoutes routes;

    private ConsoleServer(HttpServer server, ConsoleRoutes routes) {
        this.server = server;
        this.routes = routes;
        int port = server.getAddress().getPort();
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    }

    /// @param port 0 for any free one
    public static ConsoleServer start(RunViews views, int port) {
        try {
            HttpServer server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
            ConsoleServer console = new ConsoleServer(server, new ConsoleRoutes(views));
            server.setExecutor(console.threads);
            server.createContext("/", console::answer);
            server.start();
            return console;
        } catch (BindException e) {
            throw new UserMistake(
                    "port " + port
                            + " of 127.0.0.1 is taken. Stop what uses it, or choose another with --console-port.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the console on 127.0.0.1:" + port, e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, reply(exchange));
        }
    }

    private Reply reply(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (host == null || !hosts.contains(host)) return Reply.text(421, "This console answers on 127.0.0.1 only.");
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) return Reply.text(405, "The console only reads.");
        try {
            return routes.get(exchange.getRequestURI());
        } catch (RuntimeException e) {
            LOG.error(
                    "the console could not answer {}", exchange.getRequestURI().getPath(), e);
            return Reply.text(500, "The console could not read this; the log says why.");
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", reply.contentType());
        headers.set("Content-Security-Policy", reply.contentPolicy());
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        boolean wanted = exchange.getRequestMethod().equals("GET") && body.length > 0;
        exchange.sendResponseHeaders(reply.status(), wanted ? body.length : -1);
        if (!wanted) return;
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}

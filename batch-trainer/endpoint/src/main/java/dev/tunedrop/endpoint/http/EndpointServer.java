package dev.tunedrop.endpoint.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.endpoint.api.ApiError;
import dev.tunedrop.endpoint.generate.Service;
import dev.tunedrop.events.UserMistake;

/// The HTTP side of an endpoint: `/ping`, `/invocations`, `/v1/chat/completions`, `/v1/classify`,
/// `/v1/models`, `/adapters`.
///
/// It listens before the base is in memory and says 503 until [#ready]. Closing it refuses what is new, lets what is in
/// flight finish.
public final class EndpointServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointServer.class);

    static {
        // Without it the kernel holds each small event of a stream back until the one before is acknowledged.
        if (System.getProperty("sun.net.httpserver.nodelay") == null)
            System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpOptions options;
    private final HttpServer server;
    private final Routes routes;
    private final InFlight inFlight = new InFlight();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tunedrop-http-timer").daemon().factory());
    private volatile @Nullable Service serving;

    private EndpointServer(HttpOptions options, HttpServer server) {
        this.options = options;
        this.server = server;
        routes = new Routes(options, Clock.systemUTC());
        server.setExecutor(workers);
        server.createContext("/", this::handle);
        server.start();
    }

    /// Listens; answers 503 until [#ready].
    ///
    /// @throws UserMistake where the address cannot be had
    public static EndpointServer start(HttpOptions options) {
        var address = new InetSocketAddress(options.host(), options.port());
        if (address.isUnresolved())
            throw new UserMistake("no machine is called %s. Choose another --host".formatted(options.host()));
        try {
            return new EndpointServer(options, HttpServer.create(address, 0));
        } catch (IOException e) {
            throw new UserMistake(
                    "cannot listen on %s:%d (%s). Choose another --port"
                            .formatted(options.host(), options.port(), e.getMessage()),
                    e);
        }
    }

    /// The base is in memory. It stays the caller's, to be closed after this server.
    public void ready(Service loaded) {
        serving = loaded;
    }

    public URI address() {
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().getHostAddress();
        return URI.create("http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, bound.getPort()));
    }

    private void handle(HttpExchange exchange) {
        Call call = new Call(exchange, options, timer);
        try (exchange) {
            try {
                Service loaded = serving;
                if (!inFlight.enter()) throw ApiError.unavailable("the server is shutting down");
                try {
                    if (loaded == null) throw ApiError.unavailable("the base model is still being loaded");
                    routes.serve(call, loaded);
                } finally {
                    inFlight.leave();
                }
            } catch (ApiError e) {
                if (call.replied()) LOG.warn("a reply broke off: {}", e.getMessage());
                else call.refuse(e);
            } catch (RuntimeException e) {
                LOG.error("{} {} failed", call.method(), call.path(), e);
                if (!call.replied()) call.refuse(ApiError.internal("the server failed; its log says how"));
            }
        } catch (IOException e) {
            LOG.info("{} {}: the client hung up ({})", call.method(), call.path(), e.getMessage());
        } catch (InterruptedException e) {
            LOG.info("{} {}: interrupted by the shutdown", call.method(), call.path());
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!inFlight.drain(options.grace()))
            LOG.warn(
                    "requests still in flight after {} s are broken off",
                    options.grace().toSeconds());
        server.stop(0);
        workers.shutdownNow();
        timer.shutdownNow();
        try {
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) LOG.warn("a request did not end with its connection");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

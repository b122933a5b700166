package dev.tunedrop.functions.provider.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.tunedrop.functions.TransientFailure;

/// Sends one request, once. Nothing here tries again: only the caller knows whether that is safe.
public final class ServiceHttp implements AutoCloseable {

    private static final long MAX_ANSWER_BYTES = 16 << 20;

    private final AllowedHosts allowed;
    private final Duration patience;
    private final HttpClient client;

    /// @param patience from the first byte sent to the last byte received
    public ServiceHttp(AllowedHosts allowed, Duration connectTimeout, Duration patience) {
        this.allowed = allowed;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    /// @throws NotSent when the request has certainly not reached the service
    /// @throws TransientFailure when nothing is known of what became of it
    public Answer send(HttpRequest request) {
        allowed.check(request.uri().toString());
        String what =
                request.method() + " " + request.uri().getHost() + request.uri().getPath();
        try {
            allowed.checkResolved(request.uri());
            HttpResponse<byte[]> response = exchange(request);
            return new Answer(response.statusCode(), response.body());
        } catch (UnknownHostException | ConnectException | HttpConnectTimeoutException e) {
            throw new NotSent(what + ": no connection: " + e, e);
        } catch (IOException e) {
            throw new TransientFailure(what + ": the answer was lost: " + e, e);
        } catch (TimeoutException e) {
            throw new TransientFailure(what + ": no answer within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailure(what + ": interrupted while waiting for the answer", e);
        }
    }

    private HttpResponse<byte[]> exchange(HttpRequest request)
            throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<HttpResponse<byte[]>> pending =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException lost) throw lost;
            throw new IllegalStateException("the HTTP client failed", e.getCause());
        } finally {
            pending.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }

    /// The request has not reached the service, so it changed nothing there.
    public static final class NotSent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSent(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

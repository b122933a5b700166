package dev.tunedrop.local.lambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs functions. An instance serves one invocation at a time and is kept for the next; one that was still at work
/// when its time was up is given up. Above the concurrency limit an invocation is refused, as Lambda does.
public final class FunctionHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FunctionHost.class);
    private static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

    private final Map<String, FunctionSpec> functions;
    private final Map<String, Queue<RequestStreamHandler>> idle = new ConcurrentHashMap<>();
    private final Semaphore concurrency;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("lambda-", 0).factory());

    /// @param functions by name
    public FunctionHost(Map<String, FunctionSpec> functions, int maxConcurrency) {
        this.functions = Map.copyOf(functions);
        this.concurrency = new Semaphore(maxConcurrency);
    }

    /// Finds a function by name or ARN, a qualifier included.
    public Optional<FunctionSpec> find(String nameOrArn) {
        String[] parts = nameOrArn.split(":", -1);
        return Optional.ofNullable(functions.get(parts.length >= 7 ? parts[6] : parts[0]));
    }

    /// Calls a function and waits for its answer.
    public byte[] invoke(FunctionSpec function, byte[] payload) throws FunctionError, InterruptedException {
        if (payload.length > MAX_PAYLOAD_BYTES)
            throw new FunctionError("Lambda.RequestTooLargeException", "the payload is above 6 MiB");
        if (!concurrency.tryAcquire()) throw new FunctionError("Lambda.TooManyRequestsException", "Rate Exceeded.");
        Future<byte[]> answer = threads.submit(() -> {
            try {
                return handle(function, payload);
            } finally {
                concurrency.release();
            }
        });
        try {
            return answer.get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            LOG.debug("{} threw", function.name(), thrown);
            throw new FunctionError(thrown);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new FunctionError(
                    "Sandbox.Timedout",
                    "Task timed out after %.2f seconds"
                            .formatted(function.timeout().toMillis() / 1000.0));
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        }
    }

    private byte[] handle(FunctionSpec function, byte[] payload) throws Exception {
        Queue<RequestStreamHandler> pool = idle.computeIfAbsent(function.name(), n -> new ConcurrentLinkedQueue<>());
        RequestStreamHandler kept = pool.poll();
        RequestStreamHandler handler = kept == null ? create(function) : kept;
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        handler.handleRequest(
                new ByteArrayInputStream(payload),
                answer,
                new LocalContext(function, UUID.randomUUID().toString()));
        if (!Thread.currentThread().isInterrupted()) pool.add(handler);
        return answer.toByteArray();
    }

    private static RequestStreamHandler create(FunctionSpec function) throws ReflectiveOperationException {
        return Class.forName(function.handler())
                .asSubclass(RequestStreamHandler.class)
                .getDeclaredConstructor()
                .newInstance();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

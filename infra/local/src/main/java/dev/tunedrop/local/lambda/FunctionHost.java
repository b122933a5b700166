package dev.tunedrop.local.lambda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs functions. An instance serves one invocation at a time and is kept for the next; one that was still at work
/// when its time was up is given up. Above the concurrency limit an invocation is refused, as Lambda does.
public final class FunctionHost implements AutoCloseable {

    private static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

    private final Map<String, FunctionSpec> functions;
    private final Sandbox.Maker maker;
    private final Map<String, Queue<Sandbox>> idle = new ConcurrentHashMap<>();
    private final Set<Sandbox> open = ConcurrentHashMap.newKeySet();
    private final Semaphore concurrency;
    private final int atOnce;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("lambda-", 0).factory());

    /// Runs functions in this JVM.
    ///
    /// @param functions by name
    public FunctionHost(Map<String, FunctionSpec> functions, int maxConcurrency) {
        this(functions, maxConcurrency, InThisJvm::open);
    }

    /// @param maker of the instances that functions run in
    public FunctionHost(Map<String, FunctionSpec> functions, int maxConcurrency, Sandbox.Maker maker) {
        this.functions = Map.copyOf(functions);
        this.maker = maker;
        this.concurrency = new Semaphore(maxConcurrency);
        this.atOnce = maxConcurrency;
    }

    /// How many invocations there may be at one time.
    public int atOnce() {
        return atOnce;
    }

    /// Finds a function by name or ARN, a qualifier included.
    public Optional<FunctionSpec> find(String nameOrArn) {
        String[] parts = nameOrArn.split(":", -1);
        return Optional.ofNullable(functions.get(parts.length >= 7 ? parts[6] : parts[0]));
    }

    /// Calls a function and waits for its answer. Starting an instance does not count as the function's time.
    public byte[] invoke(FunctionSpec function, byte[] payload) throws FunctionError, InterruptedException {
        if (payload.length > MAX_PAYLOAD_BYTES)
            throw new FunctionError("Lambda.RequestTooLargeException", "the payload is above 6 MiB");
        if (!concurrency.tryAcquire()) throw new FunctionError("Lambda.TooManyRequestsException", "Rate Exceeded.");
        Future<byte[]> answer;
        try {
            answer = submit(function, payload);
        } catch (FunctionError | InterruptedException | RuntimeException e) {
            concurrency.release();
            throw e;
        }
        try {
            return answer.get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            throw thrown instanceof FunctionError error ? error : new FunctionError(thrown);
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

    /// The answer to come; whoever gives it also gives the place back.
    private Future<byte[]> submit(FunctionSpec function, byte[] payload) throws FunctionError, InterruptedException {
        Queue<Sandbox> pool = idle.computeIfAbsent(function.name(), n -> new ConcurrentLinkedQueue<>());
        Sandbox kept = pool.poll();
        Sandbox sandbox = kept == null ? maker.open(function) : kept;
        open.add(sandbox);
        return threads.submit(() -> {
            try {
                return sandbox.invoke(payload);
            } finally {
                if (sandbox.usable()) pool.add(sandbox);
                else end(sandbox);
                concurrency.release();
            }
        });
    }

    private void end(Sandbox sandbox) {
        open.remove(sandbox);
        sandbox.close();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        List.copyOf(open).forEach(this::end);
    }
}

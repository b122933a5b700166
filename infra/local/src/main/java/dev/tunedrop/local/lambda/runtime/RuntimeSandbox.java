package dev.tunedrop.local.lambda.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.local.lambda.FunctionError;
import dev.tunedrop.local.lambda.FunctionSpec;
import dev.tunedrop.local.lambda.Sandbox;

/// A function in a process of its own, started as Lambda starts one. A process that was given up in the middle of an
/// invocation is ended, as Lambda ends it.
final class RuntimeSandbox implements Sandbox {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeSandbox.class);
    private static final Duration START_WITHIN = Duration.ofMinutes(2);

    private final RuntimeApi api;
    private final Process process;
    private volatile boolean usable = true;

    private RuntimeSandbox(RuntimeApi api, Process process) {
        this.api = api;
        this.process = process;
    }

    /// Starts the process and waits until the function is ready for its first event.
    static RuntimeSandbox open(FunctionSpec function, ProcessBuilder command, Path log)
            throws FunctionError, InterruptedException {
        RuntimeApi api = new RuntimeApi(function);
        command.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        long begun = System.nanoTime();
        RuntimeSandbox sandbox;
        try {
            sandbox = new RuntimeSandbox(api, command.start());
        } catch (IOException e) {
            api.close();
            throw new UncheckedIOException("cannot start a process for the function " + function.name(), e);
        }
        Thread.ofVirtual().name("watcher of " + function.name()).start(sandbox::watch);
        boolean ready = false;
        try {
            await(api.ready(), START_WITHIN);
            ready = true;
        } finally {
            if (!ready) sandbox.close();
        }
        LOG.info("{} is ready after {} ms", function.name(), (System.nanoTime() - begun) / 1_000_000);
        return sandbox;
    }

    /// Tells whoever waits for an answer when the process ends without one.
    private void watch() {
        try {
            int code = process.waitFor();
            usable = false;
            api.ended(new FunctionError("Runtime.ExitError", "Error: Runtime exited with error: exit status " + code));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public byte[] invoke(byte[] payload) throws FunctionError, InterruptedException {
        boolean answered = false;
        try {
            byte[] answer = await(api.send(payload), Duration.ofMinutes(15));
            answered = true;
            return answer;
        } catch (FunctionError thrown) {
            answered = process.isAlive();
            throw thrown;
        } finally {
            if (!answered) usable = false;
        }
    }

    private static <T> T await(CompletableFuture<T> answer, Duration within)
            throws FunctionError, InterruptedException {
        try {
            return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FunctionError error) throw error;
            throw new FunctionError(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new FunctionError("Sandbox.Timedout", "no answer within " + within.toSeconds() + " seconds");
        }
    }

    @Override
    public boolean usable() {
        return usable && process.isAlive();
    }

    @Override
    public void close() {
        usable = false;
        process.destroyForcibly();
        api.close();
    }
}

package dev.tunedrop.local.lambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.UUID;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A function's handler as an object in this JVM: what is quickest.
final class InThisJvm implements Sandbox {

    private static final Logger LOG = LoggerFactory.getLogger(InThisJvm.class);

    private final FunctionSpec function;
    private final RequestStreamHandler handler;
    private volatile boolean usable = true;

    private InThisJvm(FunctionSpec function, RequestStreamHandler handler) {
        this.function = function;
        this.handler = handler;
    }

    static Sandbox open(FunctionSpec function) throws FunctionError {
        try {
            return new InThisJvm(
                    function,
                    Class.forName(function.handler())
                            .asSubclass(RequestStreamHandler.class)
                            .getDeclaredConstructor()
                            .newInstance());
        } catch (ReflectiveOperationException e) {
            throw new FunctionError(e);
        }
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // whatever a handler throws is the function's error
    public byte[] invoke(byte[] payload) throws FunctionError {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            handler.handleRequest(
                    new ByteArrayInputStream(payload),
                    answer,
                    new LocalContext(function, UUID.randomUUID().toString()));
            return answer.toByteArray();
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            LOG.debug("{} threw", function.name(), e);
            throw new FunctionError(e);
        } finally {
            if (Thread.currentThread().isInterrupted()) usable = false;
        }
    }

    @Override
    public boolean usable() {
        return usable;
    }

    @Override
    public void close() {
        usable = false;
    }
}

package dev.tunedrop.local.lambda;

import java.time.Duration;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a handler may ask about its own invocation.
final class LocalContext implements Context, LambdaLogger {

    private final FunctionSpec function;
    private final String requestId;
    private final long deadlineNanos;
    private final Logger log;

    LocalContext(FunctionSpec function, String requestId) {
        this.function = function;
        this.requestId = requestId;
        this.deadlineNanos = System.nanoTime() + function.timeout().toNanos();
        this.log = LoggerFactory.getLogger("lambda." + function.name());
    }

    @Override
    public String getAwsRequestId() {
        return requestId;
    }

    @Override
    public String getLogGroupName() {
        return "/aws/lambda/" + function.name();
    }

    @Override
    public String getLogStreamName() {
        return "local";
    }

    @Override
    public String getFunctionName() {
        return function.name();
    }

    @Override
    public String getFunctionVersion() {
        return "$LATEST";
    }

    @Override
    public String getInvokedFunctionArn() {
        return function.arn();
    }

    @Override
    @SuppressWarnings("NullAway") // the interface is not annotated; Lambda gives null here
    public @Nullable CognitoIdentity getIdentity() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface is not annotated; Lambda gives null here
    public @Nullable ClientContext getClientContext() {
        return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
        return (int)
                Math.max(0, Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
        return function.memoryMiB();
    }

    @Override
    public LambdaLogger getLogger() {
        return this;
    }

    @Override
    public void log(String message) {
        log.info("{}", message.strip());
    }

    @Override
    public void log(byte[] message) {
        log(new String(message, java.nio.charset.StandardCharsets.UTF_8));
    }
}

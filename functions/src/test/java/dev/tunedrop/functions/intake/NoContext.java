package dev.tunedrop.functions.intake;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;

/// A context that no handler may ask, but for the request's name, which is for the log.
final class NoContext implements Context {

    private static AssertionError asked() {
        return new AssertionError("handlers do not ask Lambda's context");
    }

    @Override
    public String getAwsRequestId() {
        return "test";
    }

    @Override
    public String getLogGroupName() {
        throw asked();
    }

    @Override
    public String getLogStreamName() {
        throw asked();
    }

    @Override
    public String getFunctionName() {
        throw asked();
    }

    @Override
    public String getFunctionVersion() {
        throw asked();
    }

    @Override
    public String getInvokedFunctionArn() {
        throw asked();
    }

    @Override
    public CognitoIdentity getIdentity() {
        throw asked();
    }

    @Override
    public ClientContext getClientContext() {
        throw asked();
    }

    @Override
    public int getRemainingTimeInMillis() {
        throw asked();
    }

    @Override
    public int getMemoryLimitInMB() {
        throw asked();
    }

    @Override
    public LambdaLogger getLogger() {
        throw asked();
    }
}

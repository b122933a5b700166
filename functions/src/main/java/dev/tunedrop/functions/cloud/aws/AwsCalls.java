package dev.tunedrop.functions.cloud.aws;

import java.io.IOException;
import java.util.function.Supplier;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

import dev.tunedrop.functions.TransientFailure;

/// Tells failures that may pass from those that will not, once, for every service.
final class AwsCalls {

    private static final int SERVER_ERROR = 500;

    private AwsCalls() {}

    /// Runs a call; throttling, server errors and lost connections become [TransientFailure], all else is thrown as is.
    static <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkServiceException e) {
            if (e.isThrottlingException() || e.statusCode() >= SERVER_ERROR) throw passing(what, e);
            throw e;
        } catch (SdkClientException e) {
            if (e.retryable() || e.getCause() instanceof IOException) throw passing(what, e);
            throw e;
        }
    }

    private static TransientFailure passing(String what, RuntimeException e) {
        return new TransientFailure(what + ": " + e.getMessage(), e);
    }
}

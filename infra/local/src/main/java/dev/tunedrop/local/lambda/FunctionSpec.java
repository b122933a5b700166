package dev.tunedrop.local.lambda;

import java.time.Duration;

/// A function as `functions.json` names it.
///
/// @param name the function's name
/// @param handler the class, a `RequestStreamHandler`
public record FunctionSpec(String name, String handler, Duration timeout, int memoryMiB) {

    public FunctionSpec {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofMinutes(15)) > 0)
            throw new IllegalArgumentException(name + ": timeoutSeconds must be 1 to 900");
    }

    public String arn() {
        return "arn:aws:lambda:us-east-1:000000000000:function:" + name;
    }
}

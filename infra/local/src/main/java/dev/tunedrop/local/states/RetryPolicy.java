package dev.tunedrop.local.states;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

import com.fasterxml.jackson.databind.JsonNode;

/// The Retry field of a state: which failure is tried again, how often, after how long.
///
/// delay of attempt n (from 1) = min(MaxDelaySeconds, IntervalSeconds × BackoffRate^(n-1)); with
/// `JitterStrategy: FULL` a uniform draw from zero to that.
final class RetryPolicy {

    private static final int DEFAULT_ATTEMPTS = 3;
    private static final double DEFAULT_RATE = 2.0;

    private final JsonNode retriers;
    private final DoubleSupplier random;

    RetryPolicy(JsonNode retriers, DoubleSupplier random) {
        this.retriers = retriers;
        this.random = random;
    }

    /// The retrier that matched, how often it has now been used, and the pause.
    record Again(int retrier, int count, Duration pause) {}

    /// @param counts how often each retrier was used before
    Optional<Again> after(AslFailure failure, int[] counts) {
        for (int i = 0; i < retriers.size(); i++) {
            JsonNode retrier = retriers.get(i);
            if (!matches(retrier, failure)) continue;
            int count = counts[i] + 1;
            if (count > retrier.path("MaxAttempts").asInt(DEFAULT_ATTEMPTS)) return Optional.empty();
            return Optional.of(new Again(i, count, pause(retrier, count)));
        }
        return Optional.empty();
    }

    int size() {
        return retriers.size();
    }

    static boolean matches(JsonNode rule, AslFailure failure) {
        for (JsonNode name : rule.path("ErrorEquals")) if (failure.isNamed(name.asText())) return true;
        return false;
    }

    private Duration pause(JsonNode retrier, int count) {
        double seconds = retrier.path("IntervalSeconds").asDouble(1)
                * Math.pow(retrier.path("BackoffRate").asDouble(DEFAULT_RATE), count - 1);
        if (retrier.has("MaxDelaySeconds"))
            seconds = Math.min(seconds, retrier.path("MaxDelaySeconds").asDouble());
        if (retrier.path("JitterStrategy").asText().equals("FULL")) seconds *= random.getAsDouble();
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}

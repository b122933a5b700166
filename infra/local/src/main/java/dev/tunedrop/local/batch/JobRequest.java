package dev.tunedrop.local.batch;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What a caller asks of SubmitJob.
///
/// @param token makes a repeated request recognisable; AWS has none, so only the workflow's interpreter sends one
/// @param attempts 1 to 10
/// @param timeoutSeconds per attempt; null: the definition's
public record JobRequest(
        String name,
        String queue,
        String definition,
        @Nullable String token,
        Map<String, String> environment,
        Map<String, String> parameters,
        int attempts,
        List<ExitRule> evaluateOnExit,
        @Nullable Integer timeoutSeconds) {

    public JobRequest {
        environment = Map.copyOf(environment);
        parameters = Map.copyOf(parameters);
        evaluateOnExit = List.copyOf(evaluateOnExit);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,127}"))
            throw new BatchException("Job name should match valid pattern: 1 to 128 letters, digits, '-' and '_'.");
        if (attempts < 1 || attempts > 10) throw new BatchException("Retry attempts must be between 1 and 10.");
        if (timeoutSeconds != null && timeoutSeconds < 60)
            throw new BatchException("Timeout must be at least 60 seconds.");
        if (evaluateOnExit.size() > 5) throw new BatchException("evaluateOnExit may have at most 5 rules.");
        if (!evaluateOnExit.isEmpty() && attempts < 1) throw new BatchException("evaluateOnExit needs attempts.");
    }
}

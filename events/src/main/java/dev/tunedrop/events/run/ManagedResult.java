package dev.tunedrop.events.run;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

/// A model that a managed service has trained and keeps.
///
/// @param model the id it is asked by
/// @param trainedTokens billable tokens; absent where the service tells none
/// @param costFrom one clause: how the cost is known
/// @param validationLoss held-out loss per token as the service measured it; absent where it tells none
/// @param seconds from the order to the collected result
public record ManagedResult(
        String runId,
        String provider,
        String base,
        String jobId,
        String model,
        @Nullable Long trainedTokens,
        BigDecimal costUsd,
        String costFrom,
        @Nullable Double validationLoss,
        double seconds) {}

package dev.tunedrop.functions.provider;

import org.jspecify.annotations.Nullable;

/// Where a job stands.
///
/// @param said the service's own word for the state
/// @param reason why it failed or was cancelled
/// @param step steps done; absent where the service tells none
/// @param trainedTokens billable tokens; absent until the service tells them
public record JobProgress(
        ProviderState state,
        String said,
        @Nullable String reason,
        @Nullable Long step,
        @Nullable Long trainedTokens) {}

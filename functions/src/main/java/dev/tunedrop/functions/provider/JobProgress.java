package dev.tunedrop.functions.provider;

import org.jspecify.annotations.Nullable;

/// Where a job stands.
///
/// @param said the service's own word for the state
/// @param reason why it failed or was cancelled
/// @param step steps done; it and what follows are absent where the service tells none
/// @param steps steps there will be
/// @param loss of the newest step
/// @param trainedTokens billable tokens; absent until the service tells them
public record JobProgress(
        ProviderState state,
        String said,
        @Nullable String reason,
        @Nullable Long step,
        @Nullable Long steps,
        @Nullable Double loss,
        @Nullable Long trainedTokens) {

    /// Without steps.
    public JobProgress(ProviderState state, String said, @Nullable String reason, @Nullable Long trainedTokens) {
        this(state, said, reason, null, null, null, trainedTokens);
    }

    public JobProgress at(long step, @Nullable Long steps, @Nullable Double loss) {
        return new JobProgress(state, said, reason, step, steps, loss, trainedTokens);
    }
}

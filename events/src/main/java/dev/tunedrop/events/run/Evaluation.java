package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// Held-out loss of the new adapter against the base and against the adapter that is live.
///
/// @param tokens trained tokens of the held-out rows; 0 when nothing was held out
/// @param liveLoss absent when nothing is live
public record Evaluation(
        String runId,
        long tokens,
        @Nullable Double baseLoss,
        @Nullable Double adapterLoss,
        @Nullable Double liveLoss,
        boolean passed,
        String reason) {}

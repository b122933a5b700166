package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// Mean loss over the trained tokens of the held-out rows, or over held-out pairs, as the training job measured it at
/// its end.
///
/// @param tokens 0 when nothing was held out; the losses are then absent
/// @param liveLoss absent when no adapter is live
/// @param rewards of the held-out pairs; absent: the rows are no pairs
public record HeldOutLosses(
        long tokens,
        @Nullable Double baseLoss,
        @Nullable Double adapterLoss,
        @Nullable Double liveLoss,
        @Nullable Rewards rewards) {

    /// Of rows that are no pairs.
    public HeldOutLosses(
            long tokens, @Nullable Double baseLoss, @Nullable Double adapterLoss, @Nullable Double liveLoss) {
        this(tokens, baseLoss, adapterLoss, liveLoss, null);
    }
}

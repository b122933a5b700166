package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// Mean loss over the trained tokens of the held-out rows, over held-out pairs, or over held-out rows with a label, as
/// the training job measured it at its end.
///
/// @param tokens 0 when nothing was held out; the losses are then absent. Of rows with labels the rows
/// @param baseLoss of a classifier: of the base with a top that was not trained
/// @param liveLoss absent when no adapter is live
/// @param rewards of the held-out pairs; absent: the rows are no pairs
/// @param accuracy of a classifier; absent: the rows have no labels
public record HeldOutLosses(
        long tokens,
        @Nullable Double baseLoss,
        @Nullable Double adapterLoss,
        @Nullable Double liveLoss,
        @Nullable Rewards rewards,
        @Nullable Accuracy accuracy) {

    /// Of rows that are neither pairs nor labelled.
    public HeldOutLosses(
            long tokens, @Nullable Double baseLoss, @Nullable Double adapterLoss, @Nullable Double liveLoss) {
        this(tokens, baseLoss, adapterLoss, liveLoss, null, null);
    }
}

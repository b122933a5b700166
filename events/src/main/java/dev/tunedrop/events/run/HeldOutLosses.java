package dev.tunedrop.events.run;

import org.jspecify.annotations.Nullable;

/// Mean loss over the trained tokens of the held-out rows, as the training job measured it at its end.
///
/// @param tokens 0 when nothing was held out; the losses are then absent
/// @param liveLoss absent when no adapter is live
public record HeldOutLosses(
        long tokens,
        @Nullable Double baseLoss,
        @Nullable Double adapterLoss,
        @Nullable Double liveLoss) {}

package dev.tunedrop.trainer.weights;

/// Where a decoder layer may normalise.
public enum NormPlace {
    BEFORE_ATTENTION,
    /// What attention adds to the residual stream.
    AFTER_ATTENTION,
    BEFORE_FEED_FORWARD,
    /// What the feed-forward part adds to the residual stream.
    AFTER_FEED_FORWARD
}

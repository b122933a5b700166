package dev.tunedrop.trainer.weights;

/// Where a layer may normalise.
public enum NormPlace {
    BEFORE_ATTENTION,
    /// What attention adds to the residual stream.
    AFTER_ATTENTION,
    /// The residual stream itself, once attention has been added.
    ATTENTION_SUM,
    BEFORE_FEED_FORWARD,
    /// What the feed-forward part adds to the residual stream.
    AFTER_FEED_FORWARD,
    /// The residual stream itself, once the feed-forward part has been added.
    FEED_FORWARD_SUM
}

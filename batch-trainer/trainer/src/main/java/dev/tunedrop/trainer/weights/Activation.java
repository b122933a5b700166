package dev.tunedrop.trainer.weights;

/// What the feed-forward part's gate goes through.
public enum Activation {
    SILU,
    /// The Gaussian error unit, approximated by a hyperbolic tangent.
    GELU_TANH
}

package dev.tunedrop.trainer.weights;

/// What stands inside the feed-forward part.
public enum Activation {
    /// A gate with the sigmoid linear unit.
    SWIGLU,
    /// A gate with the Gaussian error unit, approximated by a hyperbolic tangent.
    GEGLU_TANH,
    /// No gate; the Gaussian error unit, approximated by a hyperbolic tangent.
    GELU_TANH,
    /// No gate; the Gaussian error unit.
    GELU
}

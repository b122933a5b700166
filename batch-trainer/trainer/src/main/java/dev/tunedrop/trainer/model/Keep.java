package dev.tunedrop.trainer.model;

/// What waits of a layer for its backward pass; the rest is computed again. Each holds what the one before holds.
public enum Keep {
    /// x alone.
    INPUT,
    /// a and its log-sum-exp, and s, the stream after attention: neither attention nor the output projection is
    /// computed again.
    ATTENTION,
    /// Besides, what every other product answered: q, k, v, gate and up. Norms and the gate are computed again, and
    /// weights are opened again.
    PRODUCTS,
    /// Everything, the opened weights included.
    ALL
}

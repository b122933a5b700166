package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

/// The gated activation of a feed-forward part (Shazeer 2020): h = act(g) u, all (T, F).
public sealed interface Gate extends FeedForward permits GeGlu, SwiGlu {

    record Grads(NDArray dg, NDArray du) {}

    NDArray forward(NDArray g, NDArray u);

    /// @param dh not to be read afterwards: a GPU writes dg over it
    Grads backward(NDArray g, NDArray u, NDArray dh);
}

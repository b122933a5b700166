package dev.tunedrop.trainer.op;

/// What stands inside a feed-forward part: a gate, or an error unit alone.
public sealed interface FeedForward permits Gate, Gelu {}

package dev.tunedrop.libtorch;

/// One fused way to attend within the segments of a packed sequence: q (T, H, D), k and v (T, G, D).
interface SegmentAttention {
    /// The output lies as q does; what stands for log Σ exp is for this way's own backward pass.
    Attention forward(LtNDArray q, LtNDArray k, LtNDArray v);

    AttentionGrads backward(LtNDArray dOut, LtNDArray q, LtNDArray k, LtNDArray v, LtNDArray out, LtNDArray logSumExp);
}

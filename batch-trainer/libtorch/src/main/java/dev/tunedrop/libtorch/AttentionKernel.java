package dev.tunedrop.libtorch;

/// One way to compute attention with as many key as query heads: all arrays (B, H, T, D) or (B, H, S, D), any strides
/// but the last, which is 1.
interface AttentionKernel {
    Attention forward(LtNDArray q, LtNDArray k, LtNDArray v, boolean causal, double scale);

    AttentionGrads backward(
            LtNDArray dOut,
            LtNDArray q,
            LtNDArray k,
            LtNDArray v,
            LtNDArray out,
            LtNDArray logSumExp,
            boolean causal,
            double scale);

    /// The kernel for an array's device.
    static AttentionKernel on(LtNDArray x) {
        return x.getDevice().isGpu() ? new ProductAttention() : new CpuAttention();
    }
}

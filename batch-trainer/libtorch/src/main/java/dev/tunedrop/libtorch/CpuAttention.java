package dev.tunedrop.libtorch;

import dev.tunedrop.libtorch.abi.Present;

/// LibTorch's fused CPU kernel: blocks of keys with a running maximum, scores never held whole (Dao et al. 2022).
record CpuAttention() implements AttentionKernel {
    @Override
    public Attention forward(LtNDArray q, LtNDArray k, LtNDArray v, boolean causal, double scale) {
        LtNDArray[] results = Aten.call(
                q.getManager(),
                "aten::_scaled_dot_product_flash_attention_for_cpu",
                "",
                2,
                q,
                k,
                v,
                0.0,
                causal,
                null,
                new Present(scale));
        return new Attention(results[0], results[1]);
    }

    @Override
    public AttentionGrads backward(
            LtNDArray dOut,
            LtNDArray q,
            LtNDArray k,
            LtNDArray v,
            LtNDArray out,
            LtNDArray logSumExp,
            boolean causal,
            double scale) {
        LtNDArray[] results = Aten.call(
                q.getManager(),
                "aten::_scaled_dot_product_flash_attention_for_cpu_backward",
                "",
                3,
                dOut,
                q,
                k,
                v,
                out,
                logSumExp,
                0.0,
                causal,
                null,
                new Present(scale));
        return new AttentionGrads(results[0], results[1], results[2]);
    }
}

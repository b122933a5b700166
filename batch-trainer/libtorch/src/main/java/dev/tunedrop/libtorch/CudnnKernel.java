package dev.tunedrop.libtorch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.Dispatcher;
import dev.tunedrop.libtorch.abi.Present;
import dev.tunedrop.libtorch.abi.Tensors;
import dev.tunedrop.libtorch.abi.Undefined;

/// cuDNN's attention on CUDA, which on Hopper and newer is of the third generation (Shah et al. 2024), for 16-bit
/// types. The kernels share key heads themselves.
///
/// ```
/// _scaled_dot_product_cudnn_attention(q, k, v, Tensor? attn_bias, bool compute_log_sumexp, float dropout_p,
///     bool is_causal, bool return_debug_mask, *, float? scale)
///     -> (out, logsumexp, cum_seq_q, cum_seq_k, SymInt max_q, SymInt max_k, philox_seed, philox_offset, debug_mask)
/// _scaled_dot_product_cudnn_attention_backward(grad_out, q, k, v, out, logsumexp, philox_seed, philox_offset,
///     attn_bias, cum_seq_q, cum_seq_k, SymInt max_q, SymInt max_k, float dropout_p, bool is_causal, *, float? scale)
///     -> (dq, dk, dv)
/// ```
///
/// The same in LibTorch 2.7.1, 2.13 and 2.14. LibTorch keeps a plan for each shape of a batch; for segments of several
/// lengths (`_cudnn_attention_forward` with `cum_seq_q`) it builds a new one at every call, so that is left alone.
record CudnnKernel() implements AttentionKernel {
    private static final String RESULTS = "TTTTnnTTT";

    @Override
    public Attention forward(LtNDArray q, LtNDArray k, LtNDArray v, boolean causal, double scale) {
        long[] results = Dispatcher.mixed(
                "aten::_scaled_dot_product_cudnn_attention",
                "",
                RESULTS,
                q,
                k,
                v,
                null,
                true,
                0.0,
                causal,
                false,
                new Present(scale));
        for (int unread = 2; unread < results.length; unread++) {
            if (RESULTS.charAt(unread) == 'T') {
                Tensors.delete(results[unread]);
            }
        }
        return new Attention(LtNDArray.wrap(q.getManager(), results[0]), LtNDArray.wrap(q.getManager(), results[1]));
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
        LtNDArray unreadSeed = q.getManager().create(new Shape(), DataType.INT64); // dropout is 0
        LtNDArray unreadOffset = q.getManager().create(new Shape(), DataType.INT64);
        LtNDArray[] grads = Aten.call(
                q.getManager(),
                "aten::_scaled_dot_product_cudnn_attention_backward",
                "",
                3,
                dOut,
                q,
                k,
                v,
                out,
                logSumExp,
                unreadSeed,
                unreadOffset,
                Undefined.TENSOR,
                Undefined.TENSOR,
                Undefined.TENSOR,
                q.getShape().get(2),
                k.getShape().get(2),
                0.0,
                causal,
                new Present(scale));
        return new AttentionGrads(grads[0], grads[1], grads[2]);
    }
}

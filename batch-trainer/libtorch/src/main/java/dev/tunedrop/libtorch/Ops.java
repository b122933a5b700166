package dev.tunedrop.libtorch;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.Present;
import dev.tunedrop.libtorch.abi.Tensors;
import dev.tunedrop.libtorch.abi.Typed;

/// What training and generation need beyond DJL's `NDArray` methods.
///
/// A result belongs to the manager of the first operand. A name that ends in `_` changes its first operand and answers
/// it. Matrix products of bf16 accumulate in fp32 and round once.
public final class Ops {
    private Ops() {}

    // ---- products

    /// y = x wᵀ, for x (…, I) and w (O, I): (…, O).
    public static LtNDArray linear(NDArray x, NDArray w) {
        return Products.linear((LtNDArray) x, (LtNDArray) w);
    }

    /// a b, for a (N, K) and b (K, M): (N, M).
    public static LtNDArray mm(NDArray a, NDArray b) {
        return Products.of((LtNDArray) a, (LtNDArray) b);
    }

    /// out = a b, for a (N, K) and b (K, M), where out (N, M) may be a part of something larger.
    public static LtNDArray mmInto(NDArray out, NDArray a, NDArray b) {
        return Products.into((LtNDArray) out, (LtNDArray) a, (LtNDArray) b);
    }

    /// aᵀ b, for a (K, N) and b (K, M): (N, M). The transpose is a view.
    public static LtNDArray mmTn(NDArray a, NDArray b) {
        try (LtNDArray transposed = permute(a, 1, 0)) {
            return mm(transposed, b);
        }
    }

    /// a bᵀ, for a (N, K) and b (M, K): (N, M). The transpose is a view.
    public static LtNDArray mmNt(NDArray a, NDArray b) {
        try (LtNDArray transposed = permute(b, 1, 0)) {
            return mm(a, transposed);
        }
    }

    /// Batched a b, for a (B, N, K) and b (B, K, M): (B, N, M).
    public static LtNDArray bmm(NDArray a, NDArray b) {
        return Aten.one("aten::bmm", "", a, b);
    }

    /// acc = beta acc + alpha a b, for acc (N, M), a (N, K), b (K, M).
    public static LtNDArray addmm_(NDArray acc, NDArray a, NDArray b, double beta, double alpha) {
        Typed.addmm((LtNDArray) acc, (LtNDArray) a, (LtNDArray) b, beta, alpha);
        return (LtNDArray) acc;
    }

    /// acc + a b, for acc (N, M), a (N, K), b (K, M). acc is used up: the sum lies in its memory, or acc is closed.
    public static LtNDArray plusProduct(NDArray acc, NDArray a, NDArray b) {
        return Products.plus((LtNDArray) acc, (LtNDArray) a, (LtNDArray) b);
    }

    /// Σ x y over the last dimension, for x and y (…, N): (…). Products are rounded to the operands' type before they
    /// are summed in fp32.
    public static LtNDArray dot(NDArray x, NDArray y) {
        if (x.getShape().dimension() == 1) { // LibTorch's vdot, which sums in another order, is for this shape only
            try (LtNDArray row = ((LtNDArray) x).expandDims(0);
                    LtNDArray sum = dot(row, y)) {
                return asStrided(sum, new Shape(), new long[0], 0);
            }
        }
        return Aten.one("aten::linalg_vecdot", "", x, y, -1);
    }

    // ---- views

    /// `length` elements of dimension `dim` from `start`: a view.
    public static LtNDArray narrow(NDArray x, int dim, long start, long length) {
        return Views.narrow((LtNDArray) x, dim, start, length);
    }

    /// The same memory under another shape; one size may be -1. Refuses where only a copy could have that shape.
    public static LtNDArray view(NDArray x, Shape shape) {
        return Views.view((LtNDArray) x, shape);
    }

    /// The dimensions in another order: a view.
    public static LtNDArray permute(NDArray x, int... order) {
        return Views.permute((LtNDArray) x, order);
    }

    /// Repeated along dimensions of size 1 or missing in front: a view with strides of 0.
    public static LtNDArray expand(NDArray x, Shape shape) {
        LtNDArray array = (LtNDArray) x;
        return asStrided(array, shape, Strides.expanded(array.sizes(), array.strides(), shape.getShape()), 0);
    }

    /// Any view of the storage, starting `offset` elements after the first of `x`. Nothing is checked.
    public static LtNDArray asStrided(NDArray x, Shape shape, long[] strides, long offset) {
        LtNDArray array = (LtNDArray) x;
        return LtNDArray.wrap(array.getManager(), Tensors.view(array.handle(), shape.getShape(), strides, offset));
    }

    /// The array itself if its elements lie in order, else a copy in which they do.
    public static LtNDArray contiguous(NDArray x) {
        LtNDArray array = (LtNDArray) x;
        return array.isContiguous() ? array : contiguousCopy(array, array.getManager());
    }

    static LtNDArray contiguousCopy(LtNDArray x, LtNDManager manager) {
        return converted(x, x.getDataType(), x.getDevice(), manager);
    }

    // ---- copies

    /// The elements in another type: always a copy.
    public static LtNDArray cast(NDArray x, DataType type) {
        return cast(x, type, x.getManager());
    }

    /// The elements in another type, in the given manager: always a copy.
    public static LtNDArray cast(NDArray x, DataType type, NDManager manager) {
        return converted((LtNDArray) x, type, x.getDevice(), (LtNDManager) manager);
    }

    /// A copy on another device.
    public static LtNDArray toDevice(NDArray x, Device device, NDManager manager) {
        return converted((LtNDArray) x, x.getDataType(), device, (LtNDManager) manager);
    }

    private static LtNDArray converted(LtNDArray x, DataType type, Device device, LtNDManager manager) {
        LtNDArray copy = manager.empty(x.getShape(), Strides.contiguous(x.sizes()), type, device);
        return copy_(copy, x);
    }

    /// target = source, broadcast, cast and moved as needed.
    public static LtNDArray copy_(NDArray target, NDArray source) {
        Tensors.copy((LtNDArray) target, (LtNDArray) source);
        return (LtNDArray) target;
    }

    /// A CPU array on foreign memory, without a copy; the segment's arena must outlive it.
    public static LtNDArray fromSegment(NDManager manager, MemorySegment data, Shape shape, DataType type) {
        return ((LtNDManager) manager).create(data, shape, type);
    }

    /// The memory of a contiguous CPU array; not to be used after the array is closed.
    public static MemorySegment segment(NDArray cpuArray) {
        return ((LtNDArray) cpuArray).segment();
    }

    // ---- in place

    /// a = a + alpha b, broadcast.
    public static LtNDArray add_(NDArray a, NDArray b, double alpha) {
        LtNDArray target = (LtNDArray) a;
        try (LtNDArray sum = LtNDArray.wrap(LtSystemManager.INSTANCE, Typed.add(target, (LtNDArray) b, alpha))) {
            return copy_(target, sum);
        }
    }

    /// a = a b.
    public static LtNDArray mul_(NDArray a, NDArray b) {
        return Aten.inPlace("aten::mul_", "Tensor", a, b);
    }

    /// a = a value.
    public static LtNDArray mulScalar_(NDArray a, double value) {
        return ((LtNDArray) a).muli(value);
    }

    /// a = 0.
    public static LtNDArray zero_(NDArray a) {
        Tensors.zero((LtNDArray) a);
        return (LtNDArray) a;
    }

    /// a = value.
    public static LtNDArray fill_(NDArray a, double value) {
        ((LtNDArray) a).fill(value);
        return (LtNDArray) a;
    }

    /// a = a + weight (end - a), weight broadcast, all of one type.
    public static LtNDArray lerp_(NDArray a, NDArray end, NDArray weight) {
        return Aten.inPlace("aten::lerp_", "Tensor", a, end, weight);
    }

    /// a = a + value t1 t2.
    public static LtNDArray addcmul_(NDArray a, NDArray t1, NDArray t2, double value) {
        try (NDArray product = t1.mul(t2)) {
            return add_(a, product, value);
        }
    }

    /// a = a + value t1 / t2.
    public static LtNDArray addcdiv_(NDArray a, NDArray t1, NDArray t2, double value) {
        try (NDArray quotient = t1.div(t2)) {
            return add_(a, quotient, value);
        }
    }

    // ---- functions

    /// x σ(x).
    public static LtNDArray silu(NDArray x) {
        return Aten.one("aten::silu", "", x);
    }

    /// 1 / (1 + exp(-x)).
    public static LtNDArray sigmoid(NDArray x) {
        return Aten.one("aten::sigmoid", "", x);
    }

    /// 1 / √x.
    public static LtNDArray rsqrt(NDArray x) {
        return Aten.one("aten::rsqrt", "", x);
    }

    public static LtNDArray tanh(NDArray x) {
        return Aten.one("aten::tanh", "", x);
    }

    /// x Φ(x), by the error function, or approximately: x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).
    public static LtNDArray gelu(NDArray x, boolean approximateTanh) {
        return approximateTanh ? Pointwise.geluTanh((LtNDArray) x) : Pointwise.geluErf((LtNDArray) x);
    }

    /// exp(x) / Σ exp(x) over `dim`, computed and answered in fp32 if `fp32`, else in x's type.
    public static LtNDArray softmax(NDArray x, int dim, boolean fp32) {
        return Aten.one("aten::softmax", "int", x, dim, fp32 ? new Present(DataType.FLOAT32) : null);
    }

    /// x - log Σ exp(x) over `dim`.
    public static LtNDArray logSoftmax(NDArray x, int dim) {
        return Aten.one("aten::log_softmax", "int", x, dim, null);
    }

    /// log Σ exp(x) over `dim`, which goes away, in fp32 (fp64 for fp64).
    public static LtNDArray logSumExp(NDArray x, int dim) {
        return Pointwise.logSumExp((LtNDArray) x, dim);
    }

    /// Σ over `dims`.
    public static LtNDArray sumTo(NDArray x, int[] dims, boolean keepDim) {
        return Reduction.sum((LtNDArray) x, dims, keepDim);
    }

    /// Σ x² over all elements, a 0-dim fp32 array.
    public static LtNDArray normSquared(NDArray x) {
        return Pointwise.normSquared((LtNDArray) x);
    }

    // ---- selections

    /// The rows `ids` (…) of w (V, D): (…, D).
    public static LtNDArray embedding(NDArray w, NDArray ids) {
        return Aten.one("aten::embedding", "", w, ids, -1, false, false);
    }

    /// The entries `ids` (N) of dimension `dim`.
    public static LtNDArray indexSelect(NDArray x, int dim, NDArray ids) {
        return Aten.one("aten::index_select", "", x, dim, ids);
    }

    /// acc[…, ids[i], …] += src[…, i, …] along `dim`. On the CPU in the order of `ids`; on CUDA with atomic additions.
    public static LtNDArray indexAdd_(NDArray acc, int dim, NDArray ids, NDArray src) {
        int axis = Strides.dim(dim, acc.getShape().dimension());
        long[] strides = new long[acc.getShape().dimension()];
        strides[axis] = ((LtNDArray) ids).strides()[0];
        try (LtNDArray wide = (LtNDArray) ids.toType(DataType.INT64, true);
                LtNDArray index = asStrided(wide, src.getShape(), strides, 0)) {
            return Aten.inPlace("aten::scatter_add_", "", acc, axis, index, src);
        }
    }

    /// out[i][j] = x[ids[i][j]][j] for dim 0, and so on; ids are int64.
    public static LtNDArray gather(NDArray x, int dim, NDArray ids) {
        return Aten.one("aten::gather", "", x, dim, ids, false);
    }

    /// x[ids[i][j]][j] = src[i][j] for dim 0, and so on; ids are int64.
    public static LtNDArray scatter_(NDArray x, int dim, NDArray ids, NDArray src) {
        return Aten.inPlace("aten::scatter_", "src", x, dim, ids, src);
    }

    // ---- bits, on integer types

    public static LtNDArray bitAnd(NDArray x, NDArray y) {
        return Aten.one("aten::bitwise_and", "Tensor", x, y);
    }

    public static LtNDArray bitAnd(NDArray x, long mask) {
        return Pointwise.bits("aten::bitwise_and", (LtNDArray) x, mask);
    }

    public static LtNDArray bitOr(NDArray x, NDArray y) {
        return Aten.one("aten::bitwise_or", "Tensor", x, y);
    }

    public static LtNDArray bitOr(NDArray x, long mask) {
        return Pointwise.bits("aten::bitwise_or", (LtNDArray) x, mask);
    }

    public static LtNDArray shiftRight(NDArray x, long bits) {
        return Pointwise.bits("aten::bitwise_right_shift", (LtNDArray) x, bits);
    }

    public static LtNDArray shiftLeft(NDArray x, long bits) {
        return Pointwise.bits("aten::bitwise_left_shift", (LtNDArray) x, bits);
    }

    // ---- attention, see FlashAttention

    /// softmax(scale q kᵀ) v, for q (B, H, T, D) and k, v (B, G, S, D) with H a multiple of G.
    public static Attention attention(NDArray q, NDArray k, NDArray v, boolean causal, double scale) {
        return FlashAttention.forward((LtNDArray) q, (LtNDArray) k, (LtNDArray) v, causal, scale);
    }

    /// The gradients of q, k and v.
    public static AttentionGrads attentionBackward(
            NDArray dOut, NDArray q, NDArray k, NDArray v, Attention attention, boolean causal, double scale) {
        return FlashAttention.backward(
                (LtNDArray) dOut, (LtNDArray) q, (LtNDArray) k, (LtNDArray) v, attention, causal, scale);
    }

    /// Attention within each of N segments of a packed sequence, for q (T, H, D) and k, v (T, G, D).
    ///
    /// @param cuSeqLens int32 (N + 1) on the arrays' device: where segments start, and T
    /// @param lengths   the segments' lengths, on the host
    /// @param maxLen    the longest of them
    public static Attention attentionVarlen(
            NDArray q,
            NDArray k,
            NDArray v,
            NDArray cuSeqLens,
            long[] lengths,
            long maxLen,
            boolean causal,
            double scale) {
        return PackedAttention.of(cuSeqLens, lengths, maxLen, causal, scale).forward(q, k, v);
    }

    /// The gradients of q, k and v of [#attentionVarlen].
    public static AttentionGrads attentionVarlenBackward(
            NDArray dOut,
            NDArray q,
            NDArray k,
            NDArray v,
            Attention attention,
            NDArray cuSeqLens,
            long[] lengths,
            long maxLen,
            boolean causal,
            double scale) {
        return PackedAttention.of(cuSeqLens, lengths, maxLen, causal, scale).backward(dOut, q, k, v, attention);
    }

    // ---- randomness, drawn in Java

    /// fp32 ones with probability `p`, else zeros. The same (seed, offset, shape) gives the same mask anywhere, and
    /// element i of offset o is element 0 of offset o + i.
    public static LtNDArray bernoulliMask(NDManager manager, Shape shape, double p, long seed, long offset) {
        return Randomness.bernoulliMask((LtNDManager) manager, shape, p, seed, offset);
    }

    /// One position drawn from each row of probabilities (N, V): int64 (N). Rows need not sum to 1.
    public static LtNDArray multinomial(NDArray probabilities, RandomGenerator random) {
        return Randomness.multinomial((LtNDArray) probabilities, random);
    }
}

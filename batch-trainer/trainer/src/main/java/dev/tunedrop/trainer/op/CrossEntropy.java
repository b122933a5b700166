package dev.tunedrop.trainer.op;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;

/// Output head and cross-entropy in one pass over the tokens, a chunk of logits at a time: with a vocabulary of 128k
/// the logits of a batch are larger than the model's activations, and are never held whole.
///
/// ```
/// forward    z = x Wᵀ + b                    (N, V)    then capped, where there is a cap; b where there is one
///            loss = Σ_n (lse(z_n) - z_n[target_n])
/// backward   dz = softmax(z) - onehot        (N, V)    then through the cap
///            dW = dzᵀ x                      (V, C)
///            db = Σ_n dz                     (V)
///            dx = dz W                       (N, C)
/// ```
///
/// @param w (V, C)
/// @param chunkElements logits held at once
/// @param cap of the logits; absent: none
/// @param b (V); absent: none
public record CrossEntropy(
        Leaf w,
        long chunkElements,
        @Nullable SoftCap cap,
        @Nullable Leaf b) {

    public CrossEntropy(Leaf w, long chunkElements, @Nullable SoftCap cap) {
        this(w, chunkElements, cap, null);
    }

    /// Logits of about 32 MiB in fp32: large enough for an efficient product, small beside anything else.
    public static final long DEFAULT_CHUNK_ELEMENTS = 1 << 23;

    /// On a GPU the head itself is read for every chunk: with V = 128k, 512 rows a chunk keep the product bound by
    /// arithmetic, and take less memory than one layer's backward does later.
    public static final long GPU_CHUNK_ELEMENTS = 1 << 26;

    /// The chunk for a head on this device.
    public static long chunkElements(NDArray head) {
        return head.getDevice().isGpu() ? GPU_CHUNK_ELEMENTS : DEFAULT_CHUNK_ELEMENTS;
    }

    /// @param each (N) the losses of the tokens, on the device
    /// @param dx (N, C), d(sum of losses)/dx
    public record Result(NDArray each, NDArray dx) {

        /// The losses (N). Waits for everything that the device has been given so far.
        public float[] losses() {
            return each.toFloatArray();
        }

        public double sum() {
            return CrossEntropy.sum(losses());
        }

        /// d(Σ_n weight_n loss_n)/dx: a token's gradient is its own loss's alone, so with a frozen head the weights,
        /// which may follow from the losses, are applied afterwards, and the logits are made once.
        ///
        /// @param weights (N)
        public NDArray dx(float[] weights) {
            NDManager scope = dx.getManager();
            try (NDArray column = scope.create(weights, new Shape(weights.length, 1));
                    NDArray wide = Casts.as(DataType.FLOAT32, dx);
                    NDArray weighted = wide.mul(column)) {
                NDArray rounded = Casts.as(dx.getDataType(), weighted);
                rounded.attach(scope);
                return rounded;
            }
        }
    }

    /// The sum of the losses, added up in fp64.
    ///
    /// @param x (N, C)
    /// @param targets (N) int64
    public double loss(NDArray x, NDArray targets) {
        return sum(losses(x, targets));
    }

    /// The loss of each token (N): minus the logarithm of its target's probability.
    public float[] losses(NDArray x, NDArray targets) {
        List<NDArray> losses = new ArrayList<>();
        try (NDManager scope = x.getManager().newSubManager()) {
            for (Chunk chunk : chunks(x)) {
                try (NDManager step = scope.newSubManager()) {
                    NDArray each = logits(chunk.of(step, x), chunk.of(step, targets))
                            .scored(false)
                            .losses();
                    each.attach(scope);
                    losses.add(each);
                }
            }
            return joined(losses).toFloatArray();
        }
    }

    /// The sum of the losses and its gradients in one pass.
    public Result lossAndGradients(NDArray x, NDArray targets) {
        List<NDArray> losses = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        try (NDManager scope = x.getManager().newSubManager()) {
            for (Chunk chunk : chunks(x)) {
                try (NDManager step = scope.newSubManager()) {
                    NDArray rows = chunk.of(step, x);
                    TokenLosses scored = logits(rows, chunk.of(step, targets)).scored(true);
                    NDArray each = scored.losses();
                    NDArray dz = Casts.to(x.getDataType(), scored.gradient());
                    if (w.gradient() != null) Gradients.addProduct(w.gradient(), dz, rows, 1);
                    if (b != null) Gradients.addSum(b, dz);
                    NDArray dx = Ops.mm(dz, w.value());
                    each.attach(scope);
                    dx.attach(scope);
                    losses.add(each);
                    gradients.add(dx);
                }
            }
            NDArray each = joined(losses);
            NDArray dx = joined(gradients);
            each.attach(x.getManager());
            dx.attach(x.getManager());
            return new Result(each, dx);
        }
    }

    private record Chunk(long from, long rows) {
        NDArray of(NDManager step, NDArray all) {
            return Aliases.in(step, all, 0, from, rows);
        }
    }

    private List<Chunk> chunks(NDArray x) {
        long rows = x.getShape().get(0);
        long most = Math.max(16, chunkElements / w.value().getShape().get(0));
        List<Chunk> chunks = new ArrayList<>();
        for (long from = 0; from < rows; from += most) chunks.add(new Chunk(from, Math.min(most, rows - from)));
        return chunks;
    }

    private TokenLosses.Logits logits(NDArray rows, NDArray targets) {
        return new TokenLosses.Logits(product(rows), targets, cap);
    }

    private NDArray product(NDArray x) {
        NDArray z = Ops.linear(x, w.value());
        return b == null ? z : Ops.add_(z, b.value(), 1);
    }

    /// z (N, V) in fp32 of x (N, C).
    public NDArray logits(NDArray x) {
        return SoftCap.apply(cap, Casts.to(DataType.FLOAT32, product(x)));
    }

    private static NDArray joined(List<NDArray> chunks) {
        return chunks.size() == 1 ? chunks.getFirst() : NDArrays.concat(new NDList(chunks.toArray(NDArray[]::new)), 0);
    }

    /// The sum of losses, added up in fp64.
    public static double sum(float[] losses) {
        double sum = 0;
        for (float loss : losses) sum += loss;
        return sum;
    }
}

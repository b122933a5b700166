package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;

/// A frozen linear map with a trainable low-rank correction (Hu et al. 2021).
///
/// ```
/// forward    h = d(x) Aᵀ            (T, R)      d is dropout: d(x) = x ⊙ m
///            y = x Wᵀ + s h Bᵀ      (T, O)      s = alpha / R, or alpha / √R (rsLoRA)
/// backward   dB = s dyᵀ h           (O, R)
///            dh = s dy B            (T, R)
///            dA = dhᵀ d(x)          (R, I)
///            dx = dy W + m ⊙ dh A   (T, I)      W is frozen: it has no dW
/// ```
///
/// h is R numbers a token: the backward computes it again. The side product is made first and added inside the
/// large one, which has arithmetic to hide the reading behind; the other way round y and dx would be read and
/// written once more.
///
/// @param w W (O, I) in compute precision
/// @param a A (R, I) with its gradient
/// @param b B (O, R) with its gradient
/// @param scale s
/// @param mask m, one draw for this pass and its recomputation; absent: no dropout
public record LoraLinear(
        NDArray w, Leaf a, Leaf b, double scale, @Nullable DropoutMask mask) implements Linear {

    public LoraLinear {
        long outputs = w.getShape().get(0);
        long inputs = w.getShape().get(1);
        long rank = a.value().getShape().get(0);
        Shapes.mustBe("A", a.value(), rank, inputs);
        Shapes.mustBe("B", b.value(), outputs, rank);
    }

    @Override
    public NDArray forward(NDArray x) {
        try (NDArray kept = DropoutMask.apply(mask, x);
                NDArray h = Ops.linear(kept, a.value());
                NDArray wt = w.transpose()) {
            return SideProduct.plus(h, b.value(), scale, x, wt);
        }
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        try (NDArray dh = side(x, dy)) {
            return product(dh, dy);
        }
    }

    @Override
    public NDArray lastBackward(NDArray x, NDArray dy) {
        NDArray dh = side(x, dy);
        x.close();
        try (dh) {
            return product(dh, dy);
        }
    }

    /// dh; adds to the gradients of A and B. No later line reads x.
    private NDArray side(NDArray x, NDArray dy) {
        try (NDArray kept = DropoutMask.apply(mask, x);
                NDArray h = Ops.linear(kept, a.value())) {
            NDArray dh = Ops.mm(dy, b.value());
            if (b.gradient() != null) Gradients.addProduct(b.gradient(), dy, h, scale);
            Ops.mulScalar_(dh, scale);
            if (a.gradient() != null) Gradients.addProduct(a.gradient(), dh, kept, 1);
            return dh;
        }
    }

    /// dx; of what is as large as it, one array besides it at most. In fp32 on the CPU a sum with a product takes one
    /// more, so there the side product is added to the large one.
    private NDArray product(NDArray dh, NDArray dy) {
        if (mask == null && dh.getDataType() == DataType.FLOAT32) return Ops.addmm_(Ops.mm(dy, w), dh, a.value(), 1, 1);
        NDArray kept;
        try (NDArray side = Ops.mm(dh, a.value())) {
            kept = DropoutMask.apply(mask, side);
        }
        return Ops.plusProduct(kept, dy, w);
    }
}

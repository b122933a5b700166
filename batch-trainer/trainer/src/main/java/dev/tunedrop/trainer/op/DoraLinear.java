package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.Ops;

/// A frozen linear map whose rows have a trained length and a direction with a low-rank correction (DoRA, Liu et al.
/// 2024).
///
/// ```
/// forward    n = ‖W + s B A‖ by row          (O)        a constant to the backward, as section 4.3 of the paper has it
///            g = M / n                       (O)
///            k = d(x)                        (T, I)     d is dropout: d(x) = x ⊙ m
///            h = k Aᵀ                        (T, R)
///            v = k Wᵀ + s h Bᵀ               (T, O)
///            y = (x - k) Wᵀ + g ⊙ v          (T, O)     dropout is on the correction alone, as PEFT has it
/// backward   dM = Σ_t dy ⊙ v / n             (O)
///            dv = g ⊙ dy                     (T, O)
///            dB = s dvᵀ h                    (O, R)
///            dh = s dv B                     (T, R)
///            dA = dhᵀ k                      (R, I)
///            dx = dy W + m ⊙ ((dv - dy) W + dh A)       which is dv W + dh A without dropout
/// ```
///
/// v is computed again by the backward. n needs no matrix of W's size: ‖w + s b A‖² = ‖w‖² + 2 s b·(A w) + s² b·(A
/// Aᵀ b) for each row w of W and b of B, where ‖w‖² never changes.
///
/// @param w W (O, I) in compute precision
/// @param a A (R, I) with its gradient
/// @param b B (O, R) with its gradient
/// @param magnitude M (O) fp32 with its gradient
/// @param norm n (O) fp32, from [#norm]
/// @param scale s
/// @param mask m; absent: no dropout
public record DoraLinear(
        NDArray w,
        Leaf a,
        Leaf b,
        Leaf magnitude,
        NDArray norm,
        double scale,
        @Nullable DropoutMask mask) implements Linear {

    /// Below this a row counts as a row of zeros, whose direction nothing defines.
    private static final double LEAST_SQUARE = 1e-24;

    public DoraLinear {
        long outputs = w.getShape().get(0);
        long inputs = w.getShape().get(1);
        long rank = a.value().getShape().get(0);
        Shapes.mustBe("A", a.value(), rank, inputs);
        Shapes.mustBe("B", b.value(), outputs, rank);
        Shapes.mustBe("M", magnitude.value(), outputs);
        Shapes.mustBe("n", norm, outputs);
    }

    /// ‖w‖² of each row of W (O, I): (O) fp32.
    public static NDArray squares(NDArray w) {
        try (NDArray wide = Casts.as(DataType.FLOAT32, w)) {
            return Ops.dot(wide, wide);
        }
    }

    /// The lengths of rows of these squares: what M starts from.
    public static NDArray lengths(NDArray squares) {
        try (NDArray floored = squares.maximum(LEAST_SQUARE)) {
            return floored.sqrt();
        }
    }

    /// n, in fp32 from products in compute precision.
    ///
    /// @param squares of W's rows
    public static NDArray norm(NDArray w, NDArray a, NDArray b, NDArray squares, double scale) {
        try (NDArray product = Ops.mmNt(w, a);
                NDArray wa = Casts.as(DataType.FLOAT32, product);
                NDArray wideA = Casts.as(DataType.FLOAT32, a);
                NDArray wideB = Casts.as(DataType.FLOAT32, b);
                NDArray aa = Ops.mmNt(wideA, wideA);
                NDArray baa = Ops.mm(wideB, aa);
                NDArray cross = Ops.dot(wa, wideB);
                NDArray own = Ops.dot(baa, wideB)) {
            Ops.mulScalar_(cross, 2 * scale);
            Ops.add_(cross, own, scale * scale);
            Ops.add_(cross, squares, 1);
            return lengths(cross);
        }
    }

    @Override
    public NDArray forward(NDArray x) {
        try (NDArray k = DropoutMask.apply(mask, x);
                NDArray h = Ops.linear(k, a.value());
                NDArray v = corrected(k, h);
                NDArray g = gain()) {
            NDArray y = scaled(v, g);
            if (mask == null) return y;
            try (NDArray dropped = x.sub(k);
                    NDArray plain = Ops.linear(dropped, w)) {
                return Ops.add_(y, plain, 1);
            }
        }
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        try (NDArray k = DropoutMask.apply(mask, x);
                NDArray h = Ops.linear(k, a.value());
                NDArray g = gain();
                NDArray dv = scaled(dy, g);
                NDArray dh = Ops.mm(dv, b.value())) {
            if (magnitude.gradient() != null) addMagnitude(magnitude.gradient(), k, h, dy);
            if (b.gradient() != null) Gradients.addProduct(b.gradient(), dv, h, scale);
            Ops.mulScalar_(dh, scale);
            if (a.gradient() != null) Gradients.addProduct(a.gradient(), dh, k, 1);
            if (mask == null) return Ops.plusProduct(Ops.mm(dv, w), dh, a.value());
            NDArray dx = Ops.mm(dy, w);
            try (NDArray more = dv.sub(dy);
                    NDArray side = Ops.plusProduct(Ops.mm(more, w), dh, a.value())) {
                try (NDArray dropped = DropoutMask.apply(mask, side)) {
                    return Ops.add_(dx, dropped, 1);
                }
            }
        }
    }

    /// v
    private NDArray corrected(NDArray k, NDArray h) {
        NDArray v = Ops.linear(k, w);
        try (NDArray bt = b.value().transpose()) {
            return Ops.addmm_(v, h, bt, 1, scale);
        }
    }

    private void addMagnitude(NDArray gradient, NDArray k, NDArray h, NDArray dy) {
        try (NDArray v = corrected(k, h);
                NDArray wideV = Casts.as(DataType.FLOAT32, v);
                NDArray wideDy = Casts.as(DataType.FLOAT32, dy);
                NDArray each = wideV.mul(wideDy);
                NDArray sums = each.sum(new int[] {0});
                NDArray dM = sums.div(norm)) {
            Ops.add_(gradient, dM, 1);
        }
    }

    /// g, on the scope of W.
    private NDArray gain() {
        NDArray g = magnitude.value().div(norm);
        g.attach(w.getManager());
        return g;
    }

    /// x ⊙ g in fp32, rounded once.
    private static NDArray scaled(NDArray x, NDArray g) {
        try (NDArray wide = Casts.as(DataType.FLOAT32, x);
                NDArray product = wide.mul(g)) {
            NDArray rounded = Casts.as(x.getDataType(), product);
            rounded.attach(x.getManager());
            return rounded;
        }
    }
}

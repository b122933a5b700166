package dev.tunedrop.trainer.op;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Frozen linear maps of one input, each with a low-rank correction, whose matrices A lie one below the other: one
/// product reads x for all of them, and what they say of dx is added up inside the large products.
///
/// ```
/// forward    h = x Aᵀ                       (T, n R)    h_i: columns i R … (i + 1) R
///            y_i = x W_iᵀ + s h_i B_iᵀ      (T, O_i)
/// backward   dB_i = s dy_iᵀ h_i             (O_i, R)
///            dh_i = s dy_i B_i              (T, R), side by side in dh (T, n R)
///            dA = dhᵀ x                     (n R, I)
///            dx = dh A + Σ_i dy_i W_i       (T, I)
/// ```
///
/// What [LoraLinear] computes of each map, without dropout: there each map draws a mask of its own.
///
/// @param weights W_i (O_i, I) in compute precision, opened for each product
/// @param a A (n R, I) with its gradient
/// @param b B_i (O_i, R) with their gradients
/// @param scale s
public record JoinedLora(List<Opening> weights, Leaf a, List<Leaf> b, double scale) implements LinearGroup {

    /// A matrix at rest, or a further handle on one that is open.
    @FunctionalInterface
    public interface Opening {
        NDArray in(NDManager scope);
    }

    public JoinedLora {
        if (weights.size() != b.size()) throw new IllegalArgumentException("each map has a W and a B");
    }

    private long rank() {
        return b.getFirst().value().getShape().get(1);
    }

    private NDArray columns(NDArray h, int map) {
        return Ops.narrow(h, 1, map * rank(), rank());
    }

    @Override
    public List<NDArray> forward(NDArray x) {
        List<NDArray> ys = new ArrayList<>();
        try (NDArray h = Ops.linear(x, a.value())) {
            for (int i = 0; i < b.size(); i++) {
                try (NDArray own = columns(h, i);
                        NDManager scope = x.getManager().newSubManager();
                        NDArray wt = weights.get(i).in(scope).transpose()) {
                    ys.add(SideProduct.plus(own, b.get(i).value(), scale, x, wt));
                }
            }
        }
        return ys;
    }

    @Override
    public NDArray backward(NDArray x, List<NDArray> dys) {
        NDArray dx;
        try (NDArray dh = sides(x, dys)) {
            if (a.gradient() != null) Gradients.addProduct(a.gradient(), dh, x, 1);
            dx = Ops.mm(dh, a.value());
        }
        for (int i = 0; i < dys.size(); i++) {
            try (NDArray dy = dys.get(i);
                    NDManager scope = x.getManager().newSubManager()) {
                dx = Ops.plusProduct(dx, dy, weights.get(i).in(scope));
            }
        }
        return dx;
    }

    /// dh; adds to the gradients of B.
    private NDArray sides(NDArray x, List<NDArray> dys) {
        NDArray dh = x.getManager().create(new Shape(x.getShape().get(0), b.size() * rank()), x.getDataType());
        try (NDArray h = trainsB() ? Ops.linear(x, a.value()) : null) {
            for (int i = 0; i < b.size(); i++) {
                Leaf each = b.get(i);
                if (each.gradient() != null && h != null)
                    try (NDArray own = columns(h, i)) {
                        Gradients.addProduct(each.gradient(), dys.get(i), own, scale);
                    }
                try (NDArray own = columns(dh, i)) {
                    Ops.mmInto(own, dys.get(i), each.value());
                }
            }
        }
        return Ops.mulScalar_(dh, scale);
    }

    private boolean trainsB() {
        return b.stream().anyMatch(each -> each.gradient() != null);
    }
}

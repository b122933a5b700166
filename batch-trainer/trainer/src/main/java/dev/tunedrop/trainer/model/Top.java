package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.trainer.op.Norm;
import dev.tunedrop.trainer.op.Unit;

/// What stands between the last layer and the head: a norm, or a linear map with what follows it, or both.
///
/// ```
/// forward    n = norm(x)          (N, C)    x itself where there is no norm
///            u = f(n)             (N, C)
///            y = after(unit(u))   (N, C)
/// backward   the same lines from the last to the first; u is computed again
/// ```
///
/// @param norm of the last layer's output, which counts as the last hidden state
/// @param inner what a masked language model or a classifier has beside it
record Top(@Nullable Norm norm, @Nullable Inner inner) {

    /// @param map f
    record Inner(
            LayerWeights.Source map, Unit unit, @Nullable Norm after) {}

    NDArray lastState(NDArray x) {
        return norm == null ? x : norm.forward(x);
    }

    NDArray forward(NDArray x, NDManager scope, Draw draw) {
        NDArray n = lastState(x);
        if (inner == null) return n;
        NDArray a = inner.unit.forward(inner.map.open(scope, draw).forward(n));
        return inner.after == null ? a : inner.after.forward(a);
    }

    /// @param x the input of the forward pass
    /// @param dy (N, C)
    /// @return dx (N, C)
    NDArray backward(NDArray x, NDArray dy, NDManager scope, Draw draw) {
        NDArray dn = inner == null ? dy : throughInner(inner, lastState(x), dy, scope, draw);
        return norm == null ? dn : norm.backward(x, dn);
    }

    private static NDArray throughInner(Inner inner, NDArray n, NDArray dy, NDManager scope, Draw draw) {
        var map = inner.map.open(scope, draw);
        NDArray u = map.forward(n);
        NDArray da = inner.after == null ? dy : inner.after.backward(inner.unit.forward(u), dy);
        return map.backward(n, inner.unit.backward(u, da));
    }
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;

/// A gate with the approximate Gaussian error unit.
///
/// ```
/// forward    h = gelu(g) u
/// backward   du = dh gelu(g)
///            dg = dh u gelu'(g)
/// ```
///
/// All (T, F).
public record GeGlu() implements Gate {

    private static final Gelu UNIT = new Gelu(true);

    @Override
    public NDArray forward(NDArray g, NDArray u) {
        return Ops.mul_(UNIT.forward(g), u);
    }

    @Override
    public Grads backward(NDArray g, NDArray u, NDArray dh) {
        NDArray du = Ops.mul_(UNIT.forward(g), dh);
        try (NDArray gated = dh.mul(u)) {
            return new Grads(UNIT.backward(g, gated), du);
        }
    }
}

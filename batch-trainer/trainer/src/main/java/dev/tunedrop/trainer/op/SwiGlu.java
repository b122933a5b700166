package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;

/// A gate with the sigmoid linear unit.
///
/// ```
/// forward    h = silu(g) u                      silu(g) = g σ(g)
/// backward   du = dh silu(g)
///            dg = dh u σ(g) (1 + g (1 - σ(g)))
/// ```
///
/// All (T, F).
public record SwiGlu() implements Gate {

    @Override
    public NDArray forward(NDArray g, NDArray u) {
        return Ops.mul_(Ops.silu(g), u);
    }

    @Override
    public Grads backward(NDArray g, NDArray u, NDArray dh) {
        NDArray du = Ops.mul_(Ops.silu(g), dh);
        try (NDArray gated = dh.mul(u)) {
            return new Grads(Aten.one("aten::silu_backward", "", gated, g), du);
        }
    }
}

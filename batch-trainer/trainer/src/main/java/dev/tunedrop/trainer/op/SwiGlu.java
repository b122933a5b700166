package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;

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

    private static final Fused FUSED = new Fused(
            Kernel.SWIGLU,
            1e-5,
            0x1p-7,
            (kernel, manager, type) -> new GateKernel(kernel).trial(new Plain(), manager, type));

    @Override
    public NDArray forward(NDArray g, NDArray u) {
        Bound kernel = FUSED.on(g, u);
        return kernel == null ? new Plain().forward(g, u) : new GateKernel(kernel).forward(g, u);
    }

    @Override
    public Grads backward(NDArray g, NDArray u, NDArray dh) {
        Bound kernel = FUSED.on(g, u, dh);
        return kernel == null ? new Plain().backward(g, u, dh) : new GateKernel(kernel).backward(g, u, dh);
    }

    /// By tensor operations.
    private record Plain() implements GateKernel.Plain {

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
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;

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

    private static final Fused FUSED = new Fused(
            Kernel.GEGLU,
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
}

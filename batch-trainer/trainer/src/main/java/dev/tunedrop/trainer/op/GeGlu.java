package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;

/// A gate with the approximate Gaussian error unit (Hendrycks, Gimpel 2016).
///
/// ```
/// forward    h = gelu(g) u                      gelu(g) = g/2 (1 + τ)
///                                               τ = tanh(√(2/π) (g + α g³)), α = 0.044715
/// backward   du = dh gelu(g)
///            dg = dh u ((1 + τ)/2 + g/2 (1 - τ²) √(2/π) (1 + 3 α g²))
/// ```
///
/// All (T, F); the derivative is computed in fp32.
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

        private static final double SLOPE = Math.sqrt(2 / Math.PI);
        private static final double ALPHA = 0.044715;

        @Override
        public NDArray forward(NDArray g, NDArray u) {
            return Ops.mul_(Ops.gelu(g, true), u);
        }

        @Override
        public Grads backward(NDArray g, NDArray u, NDArray dh) {
            NDArray du = Ops.mul_(Ops.gelu(g, true), dh);
            try (NDArray wide = Casts.as(DataType.FLOAT32, g);
                    NDArray derivative = derivative(wide);
                    NDArray gated = dh.mul(u)) {
                return new Grads(Casts.to(g.getDataType(), derivative.mul(gated)), du);
            }
        }

        private static NDArray derivative(NDArray g) {
            try (NDArray square = g.mul(g);
                    NDArray cubic = square.mul(SLOPE * ALPHA);
                    NDArray factor = cubic.add(SLOPE);
                    NDArray inner = factor.mul(g);
                    NDArray tau = Ops.tanh(inner);
                    NDArray steep = square.mul(3 * SLOPE * ALPHA);
                    NDArray slope = steep.add(SLOPE);
                    NDArray change = slope.mul(g);
                    NDArray squareTau = tau.mul(tau)) {
                Ops.addcmul_(change, change, squareTau, -1);
                NDArray result = tau.add(1);
                Ops.add_(result, change, 1);
                return Ops.mulScalar_(result, 0.5);
            }
        }
    }
}

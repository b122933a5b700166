package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;

/// The Gaussian error unit (Hendrycks, Gimpel 2016), exact or approximate.
///
/// ```
/// exact         forward    y = x/2 (1 + ε)               ε = erf(x/√2)
///               backward   dx = dy ((1 + ε)/2 + x φ(x))  φ(x) = exp(-x²/2) / √(2π)
/// approximate   forward    y = x/2 (1 + τ)               τ = tanh(√(2/π) (x + α x³)), α = 0.044715
///               backward   dx = dy ((1 + τ)/2 + x/2 (1 - τ²) √(2/π) (1 + 3 α x²))
/// ```
///
/// Elementwise; the derivative is computed in fp32.
///
/// @param approximate by a hyperbolic tangent
public record Gelu(boolean approximate) implements FeedForward, Unit {

    private static final double SLOPE = Math.sqrt(2 / Math.PI);
    private static final double ALPHA = 0.044715;

    @Override
    public NDArray forward(NDArray x) {
        return Ops.gelu(x, approximate);
    }

    @Override
    public NDArray backward(NDArray x, NDArray dy) {
        try (NDArray wide = Casts.as(DataType.FLOAT32, x);
                NDArray slope = approximate ? approximateSlope(wide) : exactSlope(wide)) {
            return Casts.to(x.getDataType(), slope.mul(dy));
        }
    }

    private static NDArray exactSlope(NDArray x) {
        try (NDArray scaled = x.mul(Math.sqrt(0.5));
                NDArray square = x.mul(x);
                NDArray exponent = square.mul(-0.5);
                NDArray density = exponent.exp()) {
            NDArray result = Ops.mulScalar_(Aten.one("aten::erf", "", scaled), 0.5);
            Ops.addcmul_(result, x, density, 1 / Math.sqrt(2 * Math.PI));
            return result.addi(0.5);
        }
    }

    private static NDArray approximateSlope(NDArray x) {
        try (NDArray square = x.mul(x);
                NDArray cubic = square.mul(SLOPE * ALPHA);
                NDArray factor = cubic.add(SLOPE);
                NDArray inner = factor.mul(x);
                NDArray tau = Ops.tanh(inner);
                NDArray steep = square.mul(3 * SLOPE * ALPHA);
                NDArray slope = steep.add(SLOPE);
                NDArray change = slope.mul(x);
                NDArray squareTau = tau.mul(tau)) {
            Ops.addcmul_(change, change, squareTau, -1);
            NDArray result = tau.add(1);
            Ops.add_(result, change, 1);
            return Ops.mulScalar_(result, 0.5);
        }
    }
}

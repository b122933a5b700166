package dev.tunedrop.trainer.op;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.Ops;
import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Fused;
import dev.tunedrop.trainer.kernel.Kernel;

/// The gated activation of a feed-forward part (Shazeer 2020).
///
/// ```
/// forward    h = act(g) u
/// backward   du = dh act(g)
///            dg = dh u act'(g)
/// ```
///
/// All (T, F).
public final class Gate implements FeedForward {

    /// silu(g) = g σ(g), silu'(g) = σ(g) (1 + g (1 - σ(g)))
    public static final Gate SWIGLU =
            new Gate(Kernel.SWIGLU, Ops::silu, (g, dy) -> Aten.one("aten::silu_backward", "", dy, g));

    private static final Gelu UNIT = new Gelu(true);

    /// The Gaussian error unit by a hyperbolic tangent: [Gelu].
    public static final Gate GEGLU = new Gate(Kernel.GEGLU, UNIT::forward, UNIT::backward);

    private final UnaryOperator<NDArray> act;
    private final BinaryOperator<NDArray> slope;
    private final Fused fused;

    /// @param act of g
    /// @param slope of g and dy: dy act'(g)
    private Gate(Kernel kernel, UnaryOperator<NDArray> act, BinaryOperator<NDArray> slope) {
        this.act = act;
        this.slope = slope;
        this.fused = new Fused(
                kernel, 1e-5, 0x1p-7, (bound, manager, type) -> new GateKernel(bound).trial(this, manager, type));
    }

    /// Gradients of g and u.
    public record Grads(NDArray dg, NDArray du) {}

    public NDArray forward(NDArray g, NDArray u) {
        Bound kernel = fused.on(g, u);
        return kernel == null ? plainForward(g, u) : new GateKernel(kernel).forward(g, u);
    }

    /// @param u not to be read afterwards: a kernel writes du over it
    /// @param dh likewise dg
    public Grads backward(NDArray g, NDArray u, NDArray dh) {
        Bound kernel = fused.on(g, u, dh);
        return kernel == null ? plainBackward(g, u, dh) : new GateKernel(kernel).backward(g, u, dh);
    }

    /// By tensor operations.
    NDArray plainForward(NDArray g, NDArray u) {
        return Ops.mul_(act.apply(g), u);
    }

    /// By tensor operations.
    Grads plainBackward(NDArray g, NDArray u, NDArray dh) {
        NDArray du = Ops.mul_(act.apply(g), dh);
        try (NDArray gated = dh.mul(u)) {
            return new Grads(slope.apply(g, gated), du);
        }
    }
}

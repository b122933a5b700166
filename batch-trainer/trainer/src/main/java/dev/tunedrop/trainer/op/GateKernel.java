package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.trainer.kernel.Bound;
import dev.tunedrop.trainer.kernel.Trial;

/// A gate as one kernel in each direction: 6 bytes an element forward and 10 backward in bf16, where tensor operations
/// move 10 and 22 (SwiGLU) or far more (GeGLU).
///
/// @param kernel of the gate's activation
record GateKernel(Bound kernel) {

    NDArray forward(NDArray g, NDArray u) {
        NDArray h = g.getManager().create(g.getShape(), g.getDataType());
        long n = g.getShape().size();
        kernel.each("forward", n, kernel.pack(), g, u, h, n);
        return h;
    }

    /// @param u overwritten by du
    /// @param dh overwritten by dg
    Gate.Grads backward(NDArray g, NDArray u, NDArray dh) {
        NDArray dg = Aliases.of(dh); // an element is read before it is written
        NDArray du = Aliases.of(u);
        long n = g.getShape().size();
        kernel.each("backward", n, kernel.pack(), g, u, dh, dg, du, n);
        return new Gate.Grads(dg, du);
    }

    List<Trial.Pair> trial(Gate gate, NDManager manager, DataType type) {
        NDArray g = Trial.normal(manager, type, 1, 5, 131).mul(3);
        NDArray u = Trial.normal(manager, type, 2, 5, 131);
        NDArray dh = Trial.normal(manager, type, 3, 5, 131);
        Gate.Grads here = backward(g, u.duplicate(), dh.duplicate());
        Gate.Grads there = gate.plainBackward(g, u, dh);
        return List.of(
                new Trial.Pair(forward(g, u), gate.plainForward(g, u)),
                new Trial.Pair(here.dg(), there.dg()),
                new Trial.Pair(here.du(), there.du()));
    }
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Queries, keys and values that one map makes together, head by head: z (T, H 3 D) holds q, k and v of head 1, then of
/// head 2, and so on.
///
/// ```
/// forward    q, k, v = z[:, :, 0], z[:, :, 1], z[:, :, 2]     (T, H, D) each, of z as (T, H, 3, D)
/// backward   dz = [dq, dk, dv]                                 (T, H 3 D)
/// ```
///
/// @param heads H
/// @param width D
public record HeadByHead(int heads, int width) {

    /// (T, H, D) each.
    public record Parts(NDArray q, NDArray k, NDArray v) {}

    public Parts forward(NDArray z) {
        long tokens = z.getShape().get(0);
        try (NDArray each = Ops.view(z, new Shape(tokens, heads, 3, width))) {
            return new Parts(part(each, 0), part(each, 1), part(each, 2));
        }
    }

    private NDArray part(NDArray each, int which) {
        try (NDArray chosen = Ops.narrow(each, 2, which, 1)) {
            return Ops.view(chosen.duplicate(), new Shape(each.getShape().get(0), heads, width));
        }
    }

    public NDArray backward(NDArray dq, NDArray dk, NDArray dv) {
        long tokens = dq.getShape().get(0);
        Shape one = new Shape(tokens, heads, 1, width);
        try (NDArray q = Ops.view(Ops.contiguous(dq), one);
                NDArray k = Ops.view(Ops.contiguous(dk), one);
                NDArray v = Ops.view(Ops.contiguous(dv), one)) {
            return Ops.view(NDArrays.concat(new NDList(q, k, v), 2), new Shape(tokens, heads * 3L * width));
        }
    }
}

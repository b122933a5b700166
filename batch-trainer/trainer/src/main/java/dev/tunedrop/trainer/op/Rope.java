package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.Ops;

/// Rotary position embedding (Su et al. 2021), halves paired as Hugging Face's Llama files have them.
///
/// ```
/// forward    y1 = x1 cos - x2 sin        x1, x2 the halves of a head    (T, H, D/2)
///            y2 = x2 cos + x1 sin
/// backward   the rotation back: sin with its sign turned
/// ```
///
/// @param cos (T, 1, D/2) of each token's position, in compute precision
/// @param sin likewise
public record Rope(NDArray cos, NDArray sin) {

    /// x (T, H, D) → (T, H, D)
    public NDArray forward(NDArray x) {
        return rotate(x, 1);
    }

    public NDArray backward(NDArray dy) {
        return rotate(dy, -1);
    }

    private NDArray rotate(NDArray x, double sign) {
        Shape shape = x.getShape();
        long half = shape.get(2) / 2;
        Shapes.mustBe("cos", cos, shape.get(0), 1, half);
        try (NDArray x1 = Ops.narrow(x, 2, 0, half);
                NDArray x2 = Ops.narrow(x, 2, half, half);
                NDArray y1 = x1.mul(cos);
                NDArray y2 = x2.mul(cos)) {
            Ops.addcmul_(y1, x2, sin, -sign);
            Ops.addcmul_(y2, x1, sin, sign);
            return NDArrays.concat(new NDList(y1, y2), 2);
        }
    }
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;

/// A frozen product with a low-rank one besides, which is made first and added inside the large one.
final class SideProduct {

    private SideProduct() {}

    /// y = s h Bᵀ + x Wᵀ (T, O). s is applied to h in fp32, where h is the smallest of all operands; in bf16 that would
    /// round h once more, so there it is applied inside the sum, which is in fp32.
    ///
    /// @param h (T, R), which is used up
    /// @param b B (O, R)
    /// @param wt Wᵀ (I, O)
    static NDArray plus(NDArray h, NDArray b, double scale, NDArray x, NDArray wt) {
        if (h.getDataType() != DataType.FLOAT32) return Ops.addmm_(Ops.linear(h, b), x, wt, scale, 1);
        return Ops.plusProduct(Ops.linear(Ops.mulScalar_(h, scale), b), x, wt);
    }
}

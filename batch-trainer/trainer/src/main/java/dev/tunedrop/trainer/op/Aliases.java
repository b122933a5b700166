package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;

/// Further handles on the same storage, so that results land in, and are freed with, another scope.
public final class Aliases {

    private Aliases() {}

    /// In its own manager: may be closed without closing `array`.
    static NDArray of(NDArray array) {
        return in(array.getManager(), array);
    }

    public static NDArray in(NDManager scope, NDArray array) {
        return ((LtNDArray) array).alias(scope);
    }

    /// A range of `array` along `dim`.
    static NDArray in(NDManager scope, NDArray array, int dim, long from, long length) {
        NDArray part = Ops.narrow(array, dim, from, length);
        part.attach(scope);
        return part;
    }
}

package dev.tunedrop.trainer.quant;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tunedrop.libtorch.LtNDArray;

/// A weight kept in compute precision.
///
/// @param w (O, I)
public record DenseWeight(NDArray w) implements StoredWeight {

    @Override
    public NDArray open(NDManager scope) {
        return ((LtNDArray) w).alias(scope);
    }

    @Override
    public long bytes() {
        return w.getShape().size() * w.getDataType().getNumOfBytes();
    }

    @Override
    public long openBytes() {
        return 0;
    }
}

package dev.tunedrop.trainer.quant;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/// A frozen weight matrix (O, I) at rest.
public sealed interface StoredWeight permits DenseWeight, Nf4Weight {

    /// The matrix in compute precision, attached to `scope`. Open it once for a forward and a backward: a quantised
    /// one is dequantised each time.
    NDArray open(NDManager scope);

    /// Bytes that the weight takes at rest.
    long bytes();

    /// Bytes that opening it takes.
    long openBytes();
}

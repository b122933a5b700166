package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;

/// A master in fp32 and what passes compute with: the master itself, or a rounded copy that follows it.
record ComputeCopy(NDArray master, NDArray value, boolean rounded) {

    static ComputeCopy of(NDArray master, DataType compute, NDManager manager) {
        boolean rounded = master.getDataType() != compute;
        return new ComputeCopy(master, rounded ? Ops.cast(master, compute, manager) : master, rounded);
    }

    /// The master has moved.
    void refresh() {
        if (rounded) Ops.copy_(value, master);
    }
}

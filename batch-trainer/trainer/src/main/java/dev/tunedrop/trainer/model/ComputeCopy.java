package dev.tunedrop.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;

/// A master in fp32 and what passes compute with: the master itself, or a copy that follows it.
record ComputeCopy(NDArray master, NDArray value, boolean apart) {

    static ComputeCopy of(NDArray master, DataType compute, NDManager manager) {
        boolean apart = master.getDataType() != compute;
        return new ComputeCopy(master, apart ? Ops.cast(master, compute, manager) : master, apart);
    }

    /// A copy in the place of `value`, whatever its precision.
    static ComputeCopy into(NDArray value, NDArray master) {
        ComputeCopy copy = new ComputeCopy(master, value, true);
        copy.refresh();
        return copy;
    }

    /// The master has moved.
    void refresh() {
        if (apart) Ops.copy_(value, master);
    }
}

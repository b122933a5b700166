package dev.tunedrop.trainer.kernel.vector;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.LtNDArray;

/// What one launch was given, in the order of the kernel's arguments.
@SuppressWarnings("ArrayRecordComponent") // one launch's, never compared
record Given(Object[] arguments) {

    /// Where an array's numbers begin.
    long address(int index) {
        return ((LtNDArray) (NDArray) arguments[index]).address();
    }

    int whole(int index) {
        return (Integer) arguments[index];
    }

    long count(int index) {
        return (Long) arguments[index];
    }

    float real(int index) {
        return (Float) arguments[index];
    }
}

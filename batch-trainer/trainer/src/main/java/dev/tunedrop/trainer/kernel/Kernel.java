package dev.tunedrop.trainer.kernel;

import ai.djl.ndarray.types.DataType;

/// A family of entry points in the PTX: one for each type and, where there are two, direction.
public enum Kernel {
    NF4_OPEN("nf4_open"),
    RMS_NORM("rms_norm"),
    ROPE("rope"),
    SWIGLU("swiglu"),
    GEGLU("geglu"),
    CROSS_ENTROPY("cross_entropy"),
    DROPOUT("dropout"),
    ADAM_W("adam_w"),

    /// On the CPU only: a GPU has LibTorch's flash kernels.
    ATTENTION("attention");

    private final String prefix;

    Kernel(String prefix) {
        this.prefix = prefix;
    }

    public String entry(DataType type) {
        return prefix + (type == DataType.BFLOAT16 ? "_bf16" : "_float");
    }

    public String entry(String direction, DataType type) {
        return prefix + "_" + direction + (type == DataType.BFLOAT16 ? "_bf16" : "_float");
    }

    /// In messages: `rms_norm`.
    @Override
    public String toString() {
        return prefix;
    }
}

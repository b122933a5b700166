package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.tunedrop.libtorch.Ops;

/// Changes of precision that copy only where the precision changes.
public final class Casts {

    private Casts() {}

    /// `x` in another type; a further handle on the same storage where it has that type already. Either may be closed
    /// without closing the other.
    static NDArray as(DataType type, NDArray x) {
        return x.getDataType() == type ? Aliases.of(x) : Ops.cast(x, type);
    }

    /// `x` in another type; `x` itself is closed where a copy takes its place.
    public static NDArray to(DataType type, NDArray x) {
        if (x.getDataType() == type) return x;
        try (x) {
            return Ops.cast(x, type);
        }
    }
}

package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// A weight as ops use it.
///
/// @param value in compute precision
/// @param gradient fp32, added to by backward passes; absent: the weight is frozen
public record Leaf(NDArray value, @Nullable NDArray gradient) {

    public static Leaf frozen(NDArray value) {
        return new Leaf(value, null);
    }
}

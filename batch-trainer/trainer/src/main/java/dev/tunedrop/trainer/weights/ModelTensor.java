package dev.tunedrop.trainer.weights;

import org.jspecify.annotations.Nullable;

/// One tensor that a model of some configuration has.
///
/// @param name as the family writes it
/// @param map of a linear map's weight
/// @param shape one dimension or two
@SuppressWarnings("ArrayRecordComponent") // a shape; never compared
public record ModelTensor(String name, Kind kind, @Nullable LinearMap map, long... shape) {

    public enum Kind {
        /// An embedding, or a head: rows of width C.
        TABLE,
        /// The weight of a [LinearMap].
        LINEAR,
        /// What a norm multiplies by.
        NORM,
        /// What is added.
        BIAS,
        /// A matrix of a classifier's top, made anew where the checkpoint has none.
        TOP,
        /// What is added there.
        TOP_BIAS
    }

    static ModelTensor linear(LinearMap map) {
        return new ModelTensor(map.weight(), Kind.LINEAR, map, map.rows(), map.columns());
    }

    static ModelTensor of(String name, Kind kind, long... shape) {
        return new ModelTensor(name, kind, null, shape);
    }

    /// Whether a checkpoint may lack it.
    public boolean optional() {
        return kind == Kind.TOP || kind == Kind.TOP_BIAS;
    }

    public long elements() {
        long product = 1;
        for (long size : shape) product = Math.multiplyExact(product, size);
        return product;
    }
}

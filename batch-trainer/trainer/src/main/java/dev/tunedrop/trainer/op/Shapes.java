package dev.tunedrop.trainer.op;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/// Says which shape an array must have, once, where it enters.
public final class Shapes {

    private Shapes() {}

    /// @throws IllegalArgumentException as in `w must be (3, 6), was (3, 7)`
    public static NDArray mustBe(String name, NDArray array, long... shape) {
        Shape expected = new Shape(shape);
        if (!array.getShape().equals(expected))
            throw new IllegalArgumentException("%s must be %s, was %s".formatted(name, expected, array.getShape()));
        return array;
    }
}

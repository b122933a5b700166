package dev.tunedrop.libtorch;

import java.util.Arrays;

import ai.djl.ndarray.types.Shape;

/// Views by sizes and strides; see [Ops] for what each is.
final class Views {
    private Views() {}

    static LtNDArray narrow(LtNDArray array, int dim, long start, long length) {
        int axis = Strides.dim(dim, array.getShape().dimension());
        long[] sizes = array.sizes();
        if (start < 0 || length < 0 || start + length > sizes[axis]) {
            throw new IllegalArgumentException("Dimension " + axis + " of " + array.getShape() + " has no elements "
                    + start + " to " + (start + length) + "; narrow within its size.");
        }
        long[] strides = array.strides();
        sizes[axis] = length;
        return Ops.asStrided(array, new Shape(sizes), strides, start * strides[axis]);
    }

    static LtNDArray view(LtNDArray array, Shape shape) {
        long[] sizes = Strides.resolved(shape.getShape(), array.getShape().size());
        long[] strides = Strides.reshaped(array.sizes(), array.strides(), sizes);
        if (strides == null) {
            throw new IllegalArgumentException("An array " + array.describe() + " with its present strides has no view "
                    + shape + "; use reshape, which copies, or contiguous first.");
        }
        return Ops.asStrided(array, new Shape(sizes), strides, 0);
    }

    static LtNDArray permute(LtNDArray array, int... order) {
        long[] sizes = array.sizes();
        long[] strides = array.strides();
        if (Strides.dims(order, sizes.length).length != sizes.length || order.length != sizes.length) {
            throw new IllegalArgumentException("The order " + Arrays.toString(order)
                    + " does not name each dimension of " + array.getShape() + " once.");
        }
        long[] newSizes = new long[order.length];
        long[] newStrides = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            int dim = Strides.dim(order[i], sizes.length);
            newSizes[i] = sizes[dim];
            newStrides[i] = strides[dim];
        }
        return Ops.asStrided(array, new Shape(newSizes), newStrides, 0);
    }
}

package dev.tunedrop.libtorch;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.index.full.NDIndexFullTake;

/// DJL's indices: numbers and slices are views, arrays of positions are copies.
final class LtIndexer extends NDArrayIndexer {
    private final LtNDManager manager;

    LtIndexer(LtNDManager manager) {
        this.manager = manager;
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullPick pick) {
        return placed(Ops.gather(array, pick.getAxis(), pick.getIndices()));
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullTake take) {
        NDArray ids = take.getIndices();
        try (LtNDArray flat = ((LtNDArray) ids).flatten()) {
            return placed(Ops.indexSelect(array, take.getAxis(), flat));
        }
    }

    @Override
    public NDArray get(NDArray array, NDIndexFullSlice slice) {
        return placed(view((LtNDArray) array, slice));
    }

    private LtNDArray placed(LtNDArray array) {
        array.attach(manager);
        return array;
    }

    private static LtNDArray view(LtNDArray array, NDIndexFullSlice slice) {
        long[] min = slice.getMin();
        long[] step = slice.getStep();
        long[] strides = array.strides();
        long offset = 0;
        for (int i = 0; i < strides.length; i++) {
            if (step[i] < 0) {
                throw LtHandle.refused("get with a negative step", "select the positions with an index array");
            }
            offset += min[i] * strides[i];
            strides[i] *= step[i];
        }
        LtNDArray whole = Ops.asStrided(array, slice.getShape(), strides, offset);
        int[] squeezed = slice.getToSqueeze();
        if (squeezed.length == 0) {
            return whole;
        }
        try (whole) {
            return whole.squeeze(Arrays.copyOf(squeezed, squeezed.length));
        }
    }

    @Override
    public void set(NDArray array, NDIndexFullSlice slice, NDArray value) {
        try (LtNDArray part = view((LtNDArray) array, slice)) {
            Ops.copy_(part, value);
        }
    }

    @Override
    public void set(NDArray array, NDIndexFullSlice slice, Number value) {
        try (LtNDArray part = view((LtNDArray) array, slice)) {
            part.fill(value);
        }
    }
}

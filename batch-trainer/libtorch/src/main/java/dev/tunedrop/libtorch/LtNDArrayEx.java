package dev.tunedrop.libtorch;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDArrayIndexer;

import dev.tunedrop.libtorch.abi.Typed;

/// The part of DJL's neural-network interface that `NDArrays` and `NDList` go through.
final class LtNDArrayEx extends LtExRefusals {
    private final LtNDArray array;

    LtNDArrayEx(LtNDArray array) {
        this.array = array;
    }

    @Override
    public LtNDArray getArray() {
        return array;
    }

    @Override
    public NDArrayIndexer getIndexer(NDManager manager) {
        return new LtIndexer((LtNDManager) manager);
    }

    /// This array where the condition holds, the other elsewhere.
    @Override
    public LtNDArray where(NDArray condition, NDArray other) {
        return Aten.call(array.getManager(), "aten::where", "self", 1, condition, array, other)[0];
    }

    @Override
    public LtNDArray concat(NDList arrays, int axis) {
        return LtNDArray.wrap(array.getManager(), Typed.cat(all(arrays), axis));
    }

    @Override
    public LtNDArray stack(NDList arrays, int axis) {
        int at = axis < 0 ? axis + array.getShape().dimension() + 1 : axis;
        List<LtNDArray> rows = new ArrayList<>();
        try {
            for (LtNDArray part : all(arrays)) {
                rows.add(part.expandDims(at));
            }
            return LtNDArray.wrap(array.getManager(), Typed.cat(rows, at));
        } finally {
            rows.forEach(LtNDArray::close);
        }
    }

    private List<LtNDArray> all(NDList others) {
        List<LtNDArray> all = new ArrayList<>(others.size() + 1);
        all.add(array);
        others.forEach(other -> all.add((LtNDArray) other));
        return all;
    }

    @Override
    public LtNDArray rdivi(NDArray numerator) {
        try (NDArray result = numerator.div(array)) {
            return Ops.copy_(array, result);
        }
    }

    @Override
    public LtNDArray relu() {
        return Aten.one("aten::relu", "", array);
    }

    @Override
    public LtNDArray sigmoid() {
        return Ops.sigmoid(array);
    }

    @Override
    public LtNDArray tanh() {
        return array.tanh();
    }

    @Override
    public LtNDArray gelu() {
        return Ops.gelu(array, false);
    }
}

package dev.tunedrop.libtorch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.Present;

/// From many elements to one, and orders of elements.
abstract class LtReductions extends LtArithmetic {
    LtReductions(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    @Override
    public LtNDArray sum() {
        return Aten.one("aten::sum", "", self(), (Object) null);
    }

    @Override
    public LtNDArray sum(int[] axes, boolean keepDims) {
        return Reduction.sum(self(), axes, keepDims);
    }

    @Override
    public LtNDArray mean() {
        try (LtNDArray sum = sum()) {
            return sum.div((double) shape.size());
        }
    }

    @Override
    public LtNDArray mean(int[] axes, boolean keepDims) {
        try (LtNDArray sum = sum(axes, keepDims)) {
            return sum.div((double) shape.size() / Math.max(1, sum.getShape().size()));
        }
    }

    @Override
    public LtNDArray max() {
        return Aten.one("aten::max", "", self());
    }

    @Override
    public LtNDArray max(int[] axes, boolean keepDims) {
        return Reduction.extreme("aten::max", self(), axes, keepDims);
    }

    @Override
    public LtNDArray min() {
        return Aten.one("aten::min", "", self());
    }

    @Override
    public LtNDArray min(int[] axes, boolean keepDims) {
        return Reduction.extreme("aten::min", self(), axes, keepDims);
    }

    @Override
    public LtNDArray prod() {
        return Aten.one("aten::prod", "", self(), (Object) null);
    }

    @Override
    public LtNDArray prod(int[] axes, boolean keepDims) {
        return Reduction.product(self(), axes, keepDims);
    }

    @Override
    public LtNDArray cumProd(int axis) {
        return Aten.one("aten::cumprod", "", self(), axis, null);
    }

    @Override
    public LtNDArray cumProd(int axis, DataType dataType) {
        return Aten.one("aten::cumprod", "", self(), axis, new Present(dataType));
    }

    @Override
    public LtNDArray cumSum() {
        return cumSum(0);
    }

    @Override
    public LtNDArray cumSum(int axis) {
        return Aten.one("aten::cumsum", "", self(), axis, null);
    }

    @Override
    public LtNDArray argMax() {
        return Aten.one("aten::argmax", "", self(), null, false);
    }

    @Override
    public LtNDArray argMax(int axis) {
        return Aten.one("aten::argmax", "", self(), new Present(axis), false);
    }

    @Override
    public LtNDArray argMin() {
        return Aten.one("aten::argmin", "", self(), null, false);
    }

    @Override
    public LtNDArray argMin(int axis) {
        return Aten.one("aten::argmin", "", self(), new Present(axis), false);
    }

    /// The Euclidean norm of all elements.
    @Override
    public LtNDArray norm(boolean keepDims) {
        int[] axes = new int[shape.dimension()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        return norm(2, axes, keepDims);
    }

    @Override
    public LtNDArray norm(int ord, int[] axes, boolean keepDims) {
        if (ord == 1) {
            try (LtNDArray magnitudes = abs()) {
                return magnitudes.sum(axes, keepDims);
            }
        }
        if (ord != 2) {
            throw refused("norm of order " + ord, "take order 1 or 2");
        }
        try (LtNDArray squares = square();
                LtNDArray sum = squares.sum(axes, keepDims)) {
            return sum.sqrt();
        }
    }

    @Override
    public LtNDArray sort() {
        return sort(-1);
    }

    @Override
    public LtNDArray sort(int axis) {
        return sorted(axis, true, 0);
    }

    @Override
    public LtNDArray argSort(int axis, boolean ascending) {
        return sorted(axis, ascending, 1);
    }

    private LtNDArray sorted(int axis, boolean ascending, int result) {
        LtNDArray[] both =
                Aten.call(getManager(), "aten::sort", "stable", 2, self(), new Present(true), axis, !ascending);
        both[1 - result].close();
        return both[result];
    }

    @Override
    public NDList topK(int k, int axis, boolean largest, boolean sorted) {
        return new NDList(Aten.call(getManager(), "aten::topk", "", 2, self(), k, axis, largest, sorted));
    }

    @Override
    public LtNDArray nonzero() {
        return Aten.one("aten::nonzero", "", self());
    }

    @Override
    public LtNDArray dot(NDArray other) {
        return matMul(other);
    }

    @Override
    public LtNDArray matMul(NDArray other) {
        return Aten.one("aten::matmul", "", self(), other);
    }

    @Override
    public LtNDArray batchMatMul(NDArray other) {
        return Ops.bmm(self(), other);
    }
}

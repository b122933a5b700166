package dev.tunedrop.libtorch;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.Tensors;

/// Shapes, parts and selections. Whatever strides can express is a view on the same memory.
abstract class LtLayout extends LtReductions {
    LtLayout(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    final long[] sizes() {
        return shape.getShape().clone(); // Shape hands out its own array
    }

    /// Distances between neighbours along each dimension, in elements.
    public final long[] strides() {
        return Tensors.strides(handle());
    }

    /// Whether the elements lie one after the other in memory.
    public final boolean isContiguous() {
        return Strides.isContiguous(sizes(), strides());
    }

    /// A view, or a copy where no view has this shape.
    @Override
    public LtNDArray reshape(Shape to) {
        long[] sizes = Strides.resolved(to.getShape(), shape.size());
        long[] strides = Strides.reshaped(sizes(), strides(), sizes);
        if (strides != null) {
            return Ops.asStrided(self(), new Shape(sizes), strides, 0);
        }
        try (LtNDArray copy = Ops.contiguousCopy(self(), getManager())) {
            return Ops.asStrided(copy, new Shape(sizes), Strides.contiguous(sizes), 0);
        }
    }

    @Override
    public LtNDArray flatten() {
        return reshape(new Shape(shape.size()));
    }

    @Override
    public LtNDArray flatten(int startDim, int endDim) {
        int first = Strides.dim(startDim, shape.dimension());
        int last = Strides.dim(endDim, shape.dimension());
        long[] sizes = LongStream.concat(
                        LongStream.concat(
                                Arrays.stream(sizes(), 0, first),
                                LongStream.of(
                                        Arrays.stream(sizes(), first, last + 1).reduce(1, Math::multiplyExact))),
                        Arrays.stream(sizes(), last + 1, shape.dimension()))
                .toArray();
        return reshape(new Shape(sizes));
    }

    @Override
    public LtNDArray expandDims(int axis) {
        int at = axis < 0 ? axis + shape.dimension() + 1 : axis;
        long[] sizes = inserted(sizes(), at, 1);
        return Ops.asStrided(self(), new Shape(sizes), inserted(strides(), at, 1), 0);
    }

    private static long[] inserted(long[] values, int at, long value) {
        return LongStream.concat(
                        LongStream.concat(Arrays.stream(values, 0, at), LongStream.of(value)),
                        Arrays.stream(values, at, values.length))
                .toArray();
    }

    @Override
    public LtNDArray squeeze(int[] axes) {
        int[] gone = Strides.dims(axes, shape.dimension());
        for (int axis : gone) {
            if (shape.get(axis) != 1) {
                throw new IllegalArgumentException(
                        "Dimension " + axis + " of " + shape + " is not 1, so it cannot be squeezed away.");
            }
        }
        int[] kept = IntStream.range(0, shape.dimension())
                .filter(d -> IntStream.of(gone).noneMatch(g -> g == d))
                .toArray();
        long[] strides = strides();
        return Ops.asStrided(
                self(),
                new Shape(IntStream.of(kept).mapToLong(shape::get).toArray()),
                IntStream.of(kept).mapToLong(d -> strides[d]).toArray(),
                0);
    }

    @Override
    public LtNDArray squeeze() {
        return squeeze(IntStream.range(0, shape.dimension())
                .filter(d -> shape.get(d) == 1)
                .toArray());
    }

    @Override
    public LtNDArray transpose() {
        int dims = shape.dimension();
        return Ops.permute(
                self(), IntStream.range(0, dims).map(d -> dims - 1 - d).toArray());
    }

    @Override
    public LtNDArray transpose(int... axes) {
        return Ops.permute(self(), axes);
    }

    @Override
    public LtNDArray swapAxes(int axis1, int axis2) {
        int[] order = IntStream.range(0, shape.dimension()).toArray();
        int first = Strides.dim(axis1, order.length);
        int second = Strides.dim(axis2, order.length);
        order[first] = second;
        order[second] = first;
        return Ops.permute(self(), order);
    }

    /// A view that repeats along dimensions of size 1.
    @Override
    public LtNDArray broadcast(Shape to) {
        return Ops.expand(self(), to);
    }

    @Override
    public NDList split(long sections, int axis) {
        int dim = Strides.dim(axis, shape.dimension());
        if (sections < 1 || shape.get(dim) % sections != 0) {
            throw new IllegalArgumentException("Dimension " + dim + " of " + shape + " does not split into " + sections
                    + " equal parts; give the indices to split at.");
        }
        long length = shape.get(dim) / sections;
        return split(LongStream.range(1, sections).map(i -> i * length).toArray(), dim);
    }

    @Override
    public NDList split(long[] indices, int axis) {
        int dim = Strides.dim(axis, shape.dimension());
        NDList parts = new NDList(indices.length + 1);
        for (int i = 0; i <= indices.length; i++) {
            long start = i == 0 ? 0 : indices[i - 1];
            long end = i == indices.length ? shape.get(dim) : indices[i];
            parts.add(Ops.narrow(self(), dim, start, end - start));
        }
        return parts;
    }

    @Override
    public NDArray get(NDIndex index) {
        return new LtIndexer(getManager()).get(self(), index);
    }

    @Override
    public NDArray get(NDManager manager, NDIndex index) {
        return new LtIndexer((LtNDManager) manager).get(self(), index);
    }

    @Override
    public void set(NDIndex index, NDArray value) {
        new LtIndexer(getManager()).set(self(), index, value);
    }

    @Override
    public void set(NDIndex index, Number value) {
        new LtIndexer(getManager()).set(self(), index, value);
    }

    @Override
    public void setScalar(NDIndex index, Number value) {
        new LtIndexer(getManager()).setScalar(self(), index, value);
    }

    @Override
    public LtNDArray gather(NDArray index, int axis) {
        return Ops.gather(self(), axis, index);
    }

    @Override
    public LtNDArray scatter(NDArray index, NDArray value, int axis) {
        return Ops.scatter_(duplicate(), axis, index, value);
    }

    /// The elements at flat positions, in the shape of `index`.
    @Override
    public LtNDArray take(NDManager manager, NDArray index) {
        return Aten.call(manager, "aten::take", "", 1, self(), index)[0];
    }

    @Override
    public LtNDArray booleanMask(NDArray mask, int axis) {
        try (LtNDArray flat = ((LtNDArray) mask).flatten();
                LtNDArray positions = flat.nonzero();
                LtNDArray rows = positions.flatten()) {
            if (mask.getShape().dimension() == 1) {
                return Ops.indexSelect(self(), axis, rows);
            }
            try (LtNDArray own = flatten()) { // PyTorch: a mask of the array's own shape picks single elements
                return Ops.indexSelect(own, 0, rows);
            }
        }
    }

    @Override
    public abstract LtNDArray duplicate();
}

package dev.tunedrop.libtorch;

import java.util.stream.IntStream;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.abi.Present;

/// Reductions over several dimensions, which the dispatcher cannot be asked for: the dimensions are brought together
/// as the middle one of (before, N, after) and that one is reduced.
final class Reduction {
    private Reduction() {}

    /// Σ over `axes`. Floating types keep their type and are summed in fp32 or wider; integers and booleans give int64.
    static LtNDArray sum(LtNDArray x, int[] axes, boolean keepDims) {
        try (LtNDArray middle = middle(x, axes)) {
            LtNDArray sums = x.getDataType().isFloating() ? sumFloats(middle, x.getManager()) : sumIntegers(middle, x);
            return shaped(sums, x, axes, keepDims);
        }
    }

    /// x · 1 over dimension 1: `linalg_vecdot` is the one sum over a dimension whose schema has no list.
    private static LtNDArray sumFloats(LtNDArray middle, LtNDManager manager) {
        try (LtNDArray ones = LtSystemManager.INSTANCE.empty(
                new Shape(1, 1, 1), new long[] {1, 1, 1}, middle.getDataType(), middle.getDevice())) {
            ones.fill(1);
            return Aten.call(manager, "aten::linalg_vecdot", "", 1, middle, ones, 1)[0];
        }
    }

    private static LtNDArray sumIntegers(LtNDArray middle, LtNDArray x) {
        long count = middle.getShape().get(1);
        if (count == 0) {
            return x.getManager()
                    .zeros(new Shape(middle.getShape().get(0), middle.getShape().get(2)), DataType.INT64);
        }
        try (LtNDArray running = Aten.one("aten::cumsum", "", middle, 1, new Present(DataType.INT64));
                LtNDArray last = Ops.narrow(running, 1, count - 1, 1)) {
            return Ops.contiguousCopy(last, x.getManager());
        }
    }

    /// The largest or smallest over `axes`.
    static LtNDArray extreme(String operator, LtNDArray x, int[] axes, boolean keepDims) {
        try (LtNDArray middle = middle(x, axes)) {
            LtNDArray[] both = Aten.call(x.getManager(), operator, "dim", 2, middle, 1, false);
            both[1].close();
            return shaped(both[0], x, axes, keepDims);
        }
    }

    static LtNDArray product(LtNDArray x, int[] axes, boolean keepDims) {
        try (LtNDArray middle = middle(x, axes)) {
            return shaped(
                    Aten.call(x.getManager(), "aten::prod", "dim_int", 1, middle, 1, false, null)[0],
                    x,
                    axes,
                    keepDims);
        }
    }

    /// `x` as (before, N, after), without a copy when the axes are neighbours and memory allows.
    private static LtNDArray middle(LtNDArray x, int[] axes) {
        int dims = x.getShape().dimension();
        int[] reduced = Strides.dims(axes, dims);
        if (reduced.length == 0) {
            return x.reshape(new Shape(x.getShape().size(), 1, 1));
        }
        int first = reduced[0];
        int last = reduced[reduced.length - 1];
        long[] sizes = x.getShape().getShape();
        if (last - first + 1 == reduced.length) {
            return x.reshape(new Shape(
                    product(sizes, 0, first), product(sizes, first, last + 1), product(sizes, last + 1, dims)));
        }
        int[] kept = IntStream.range(0, dims)
                .filter(d -> IntStream.of(reduced).noneMatch(r -> r == d))
                .toArray();
        int[] order =
                IntStream.concat(IntStream.of(kept), IntStream.of(reduced)).toArray();
        long before = 1;
        for (int dim : kept) {
            before *= sizes[dim];
        }
        try (LtNDArray ordered = Ops.permute(x, order)) {
            return ordered.reshape(
                    new Shape(before, before == 0 ? 0 : x.getShape().size() / before, 1));
        }
    }

    private static long product(long[] sizes, int from, int to) {
        long product = 1;
        for (int i = from; i < to; i++) {
            product *= sizes[i];
        }
        return product;
    }

    private static LtNDArray shaped(LtNDArray result, LtNDArray x, int[] axes, boolean keepDims) {
        long[] sizes = x.getShape().getShape();
        int[] reduced = Strides.dims(axes, sizes.length);
        long[] target = IntStream.range(0, sizes.length)
                .filter(d -> keepDims || IntStream.of(reduced).noneMatch(r -> r == d))
                .mapToLong(d -> IntStream.of(reduced).anyMatch(r -> r == d) ? 1 : sizes[d])
                .toArray();
        try (result) {
            return result.reshape(new Shape(target));
        }
    }
}

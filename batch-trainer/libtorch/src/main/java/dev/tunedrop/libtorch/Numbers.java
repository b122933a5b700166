package dev.tunedrop.libtorch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.abi.Present;
import dev.tunedrop.libtorch.abi.Typed;

/// Numbers as operands, and sums of integers: both have no way through the C ABI of their own.
final class Numbers {
    private Numbers() {}

    static boolean isFloating(Number n) {
        return n instanceof Double || n instanceof Float;
    }

    static @Nullable Present optional(@Nullable LtNDArray array) {
        return array == null ? null : new Present(array);
    }

    /// A 0-dim CPU array that takes part in type promotion as a PyTorch number does: it widens an integer array to
    /// fp32 when it is a floating number, and never a floating array.
    static LtNDArray scalar(LtNDArray operand, Number n) {
        DataType type = operand.getDataType();
        LtNDManager manager = LtSystemManager.INSTANCE;
        if (type == DataType.FLOAT64) {
            LtNDArray array = manager.create(new Shape(), DataType.FLOAT64);
            memory(array, 8).set(ValueLayout.JAVA_DOUBLE, 0, n.doubleValue());
            return array;
        }
        if (type.isFloating() || isFloating(n)) {
            LtNDArray array = manager.create(new Shape(), DataType.FLOAT32);
            memory(array, 4).set(ValueLayout.JAVA_FLOAT, 0, n.floatValue());
            return array;
        }
        LtNDArray array = manager.create(new Shape(), DataType.INT64);
        memory(array, 8).set(ValueLayout.JAVA_LONG, 0, n.longValue());
        return array;
    }

    private static MemorySegment memory(LtNDArray array, long bytes) {
        return MemorySegment.ofAddress(array.address()).reinterpret(bytes);
    }

    /// `a + b`.
    static LtNDArray add(LtNDArray a, LtNDArray b) {
        return floating(a, b) ? LtNDArray.wrap(a.getManager(), Typed.add(a, b, 1)) : addIntegers(a, b);
    }

    /// `a - b`.
    static LtNDArray sub(LtNDArray a, LtNDArray b) {
        if (floating(a, b)) {
            return LtNDArray.wrap(a.getManager(), Typed.add(a, b, -1));
        }
        try (LtNDArray negative = b.neg()) {
            return addIntegers(a, negative);
        }
    }

    private static boolean floating(LtNDArray a, LtNDArray b) {
        return a.getDataType().isFloating() || b.getDataType().isFloating();
    }

    /// Integers as the last row of a running sum over two rows, because `aten::add` has a `Scalar` argument and its
    /// typed form a floating one.
    private static LtNDArray addIntegers(LtNDArray a, LtNDArray b) {
        long[] sizes = Strides.broadcast(a.getShape().getShape(), b.getShape().getShape());
        Shape row = new Shape(1).addAll(new Shape(sizes));
        try (LtNDArray promoted = promoted(a, b);
                LtNDArray wide = Ops.expand(promoted, row);
                LtNDArray other = Ops.expand(b, row);
                LtNDArray rows = LtNDArray.wrap(LtSystemManager.INSTANCE, Typed.cat(List.of(wide, other), 0));
                LtNDArray sums = Aten.one("aten::cumsum", "", rows, 0, new Present(promoted.getDataType()));
                LtNDArray last = Ops.narrow(sums, 0, 1, 1)) {
            LtNDArray result = Ops.contiguousCopy(last, a.getManager());
            try (result) {
                return Ops.asStrided(result, new Shape(sizes), Strides.contiguous(sizes), 0);
            }
        }
    }

    /// `a` in the type both operands share; a 0-dim operand does not widen the other within integers.
    private static LtNDArray promoted(LtNDArray a, LtNDArray b) {
        DataType left = a.getDataType();
        DataType right = b.getDataType();
        boolean bIsNumber = b.getShape().dimension() == 0 && a.getShape().dimension() > 0;
        boolean aIsNumber = a.getShape().dimension() == 0 && b.getShape().dimension() > 0;
        if (left == right || (bIsNumber && !left.isBoolean())) {
            return a.alias(LtSystemManager.INSTANCE);
        }
        if (aIsNumber && !right.isBoolean()) {
            return Ops.cast(a, right, LtSystemManager.INSTANCE);
        }
        try (LtNDArray one = Ops.asStrided(a, new Shape(1), new long[] {1}, 0);
                LtNDArray other = Ops.asStrided(b, new Shape(1), new long[] {1}, 0);
                LtNDArray product = Aten.one("aten::mul", "Tensor", one, other)) {
            return Ops.cast(a, product.getDataType(), LtSystemManager.INSTANCE);
        }
    }
}

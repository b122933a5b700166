package dev.tunedrop.libtorch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.abi.Typed;

/// Element by element, with broadcasting and PyTorch's type promotion: a number never widens a floating array.
abstract class LtArithmetic extends LtUnary {
    LtArithmetic(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    private LtNDArray binary(String operator, NDArray other) {
        return Aten.one(operator, "Tensor", self(), other);
    }

    private LtNDArray binary(String operator, Number other) {
        try (LtNDArray number = Numbers.scalar(self(), other)) {
            return Aten.one(operator, "Tensor", self(), number);
        }
    }

    private LtNDArray inPlace(String operator, NDArray other) {
        return Aten.inPlace(operator, "Tensor", self(), other);
    }

    private LtNDArray inPlace(String operator, Number other) {
        try (LtNDArray number = Numbers.scalar(self(), other)) {
            return Aten.inPlace(operator, "Tensor", self(), number);
        }
    }

    /// this = result, in this array's type; the result is closed.
    private LtNDArray assign(LtNDArray result) {
        try (result) {
            return Ops.copy_(self(), result);
        }
    }

    @Override
    public LtNDArray add(Number n) {
        if (dataType.isFloating()) {
            return LtNDArray.wrap(getManager(), Typed.add(this, n.doubleValue()));
        }
        try (LtNDArray number = Numbers.scalar(self(), n)) {
            return Numbers.add(self(), number);
        }
    }

    @Override
    public LtNDArray add(NDArray other) {
        return Numbers.add(self(), (LtNDArray) other);
    }

    @Override
    public LtNDArray sub(Number n) {
        if (dataType.isFloating() || Numbers.isFloating(n)) {
            return add(-n.doubleValue());
        }
        return add(-n.longValue());
    }

    @Override
    public LtNDArray sub(NDArray other) {
        return Numbers.sub(self(), (LtNDArray) other);
    }

    @Override
    public LtNDArray mul(Number n) {
        return dataType.isFloating()
                ? LtNDArray.wrap(getManager(), Typed.mul(this, n.doubleValue()))
                : binary("aten::mul", n);
    }

    @Override
    public LtNDArray mul(NDArray other) {
        return binary("aten::mul", other);
    }

    @Override
    public LtNDArray div(Number n) {
        return binary("aten::div", n);
    }

    @Override
    public LtNDArray div(NDArray other) {
        return binary("aten::div", other);
    }

    @Override
    public LtNDArray mod(Number n) {
        return binary("aten::remainder", n);
    }

    @Override
    public LtNDArray mod(NDArray other) {
        return binary("aten::remainder", other);
    }

    @Override
    public LtNDArray pow(Number n) {
        if (dataType.isFloating() || Numbers.isFloating(n)) {
            return LtNDArray.wrap(getManager(), Typed.pow(this, n.doubleValue()));
        }
        try (LtNDArray number = Numbers.scalar(self(), n)) {
            return pow(number);
        }
    }

    @Override
    public LtNDArray pow(NDArray other) {
        return Aten.one("aten::pow", "Tensor_Tensor", self(), other);
    }

    @Override
    public LtNDArray addi(Number n) {
        return assign(add(n));
    }

    @Override
    public LtNDArray addi(NDArray other) {
        return assign(add(other));
    }

    @Override
    public LtNDArray subi(Number n) {
        return assign(sub(n));
    }

    @Override
    public LtNDArray subi(NDArray other) {
        return assign(sub(other));
    }

    @Override
    public LtNDArray muli(Number n) {
        return inPlace("aten::mul_", n);
    }

    @Override
    public LtNDArray muli(NDArray other) {
        return inPlace("aten::mul_", other);
    }

    @Override
    public LtNDArray divi(Number n) {
        return inPlace("aten::div_", n);
    }

    @Override
    public LtNDArray divi(NDArray other) {
        return inPlace("aten::div_", other);
    }

    @Override
    public LtNDArray modi(Number n) {
        return inPlace("aten::remainder_", n);
    }

    @Override
    public LtNDArray modi(NDArray other) {
        return inPlace("aten::remainder_", other);
    }

    @Override
    public LtNDArray powi(Number n) {
        return assign(pow(n));
    }

    @Override
    public LtNDArray powi(NDArray other) {
        return inPlace("aten::pow_", other);
    }

    @Override
    public LtNDArray negi() {
        return Aten.inPlace("aten::neg_", "", self());
    }

    @Override
    public LtNDArray signi() {
        return Aten.inPlace("aten::sign_", "", self());
    }

    @Override
    public LtNDArray maximum(Number n) {
        return limited(n, null);
    }

    @Override
    public LtNDArray maximum(NDArray other) {
        return Aten.one("aten::maximum", "", self(), other);
    }

    @Override
    public LtNDArray minimum(Number n) {
        return limited(null, n);
    }

    @Override
    public LtNDArray minimum(NDArray other) {
        return Aten.one("aten::minimum", "", self(), other);
    }

    @Override
    public LtNDArray clip(Number min, Number max) {
        return limited(min, max);
    }

    private LtNDArray limited(@Nullable Number min, @Nullable Number max) {
        try (LtNDArray low = min == null ? null : Numbers.scalar(self(), min);
                LtNDArray high = max == null ? null : Numbers.scalar(self(), max)) {
            return Aten.one("aten::clamp", "Tensor", self(), Numbers.optional(low), Numbers.optional(high));
        }
    }

    @Override
    public LtNDArray atan2(NDArray other) {
        return Aten.one("aten::atan2", "", self(), other);
    }

    @Override
    public LtNDArray xlogy(NDArray other) {
        return binary("aten::xlogy", other);
    }

    @Override
    public LtNDArray eq(Number n) {
        return binary("aten::eq", n);
    }

    @Override
    public LtNDArray eq(NDArray other) {
        return binary("aten::eq", other);
    }

    @Override
    public LtNDArray neq(Number n) {
        return binary("aten::ne", n);
    }

    @Override
    public LtNDArray neq(NDArray other) {
        return binary("aten::ne", other);
    }

    @Override
    public LtNDArray gt(Number n) {
        return binary("aten::gt", n);
    }

    @Override
    public LtNDArray gt(NDArray other) {
        return binary("aten::gt", other);
    }

    @Override
    public LtNDArray gte(Number n) {
        return binary("aten::ge", n);
    }

    @Override
    public LtNDArray gte(NDArray other) {
        return binary("aten::ge", other);
    }

    @Override
    public LtNDArray lt(Number n) {
        return binary("aten::lt", n);
    }

    @Override
    public LtNDArray lt(NDArray other) {
        return binary("aten::lt", other);
    }

    @Override
    public LtNDArray lte(Number n) {
        return binary("aten::le", n);
    }

    @Override
    public LtNDArray lte(NDArray other) {
        return binary("aten::le", other);
    }

    @Override
    public LtNDArray logicalAnd(NDArray other) {
        return Aten.one("aten::logical_and", "", self(), other);
    }

    @Override
    public LtNDArray logicalOr(NDArray other) {
        return Aten.one("aten::logical_or", "", self(), other);
    }

    @Override
    public LtNDArray logicalXor(NDArray other) {
        return Aten.one("aten::logical_xor", "", self(), other);
    }
}

package dev.tunedrop.libtorch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Functions of one array, element by element.
abstract class LtUnary extends LtRefusals {
    LtUnary(LtNDManager manager, long handle, Shape shape, DataType type, Device device) {
        super(manager, handle, shape, type, device);
    }

    private LtNDArray unary(String operator) {
        return Aten.one(operator, "", self());
    }

    @Override
    public LtNDArray sign() {
        return unary("aten::sign");
    }

    @Override
    public LtNDArray neg() {
        return unary("aten::neg");
    }

    @Override
    public LtNDArray abs() {
        return unary("aten::abs");
    }

    @Override
    public LtNDArray square() {
        return unary("aten::square");
    }

    @Override
    public LtNDArray sqrt() {
        return unary("aten::sqrt");
    }

    @Override
    public LtNDArray floor() {
        return unary("aten::floor");
    }

    @Override
    public LtNDArray ceil() {
        return unary("aten::ceil");
    }

    @Override
    public LtNDArray round() {
        return unary("aten::round");
    }

    @Override
    public LtNDArray trunc() {
        return unary("aten::trunc");
    }

    @Override
    public LtNDArray exp() {
        return unary("aten::exp");
    }

    @Override
    public LtNDArray log() {
        return unary("aten::log");
    }

    @Override
    public LtNDArray log10() {
        return unary("aten::log10");
    }

    @Override
    public LtNDArray log2() {
        return unary("aten::log2");
    }

    @Override
    public LtNDArray sin() {
        return unary("aten::sin");
    }

    @Override
    public LtNDArray cos() {
        return unary("aten::cos");
    }

    @Override
    public LtNDArray tan() {
        return unary("aten::tan");
    }

    @Override
    public LtNDArray asin() {
        return unary("aten::asin");
    }

    @Override
    public LtNDArray acos() {
        return unary("aten::acos");
    }

    @Override
    public LtNDArray atan() {
        return unary("aten::atan");
    }

    @Override
    public LtNDArray sinh() {
        return unary("aten::sinh");
    }

    @Override
    public LtNDArray cosh() {
        return unary("aten::cosh");
    }

    @Override
    public LtNDArray tanh() {
        return unary("aten::tanh");
    }

    @Override
    public LtNDArray asinh() {
        return unary("aten::asinh");
    }

    @Override
    public LtNDArray acosh() {
        return unary("aten::acosh");
    }

    @Override
    public LtNDArray atanh() {
        return unary("aten::atanh");
    }

    @Override
    public LtNDArray toDegrees() {
        return unary("aten::rad2deg");
    }

    @Override
    public LtNDArray toRadians() {
        return unary("aten::deg2rad");
    }

    @Override
    public LtNDArray gammaln() {
        return unary("aten::lgamma");
    }

    @Override
    public LtNDArray erf() {
        return unary("aten::erf");
    }

    @Override
    public LtNDArray erfinv() {
        return unary("aten::erfinv");
    }

    @Override
    public LtNDArray logicalNot() {
        return unary("aten::logical_not");
    }

    @Override
    public LtNDArray isInfinite() {
        return unary("aten::isinf");
    }

    @Override
    public LtNDArray isNaN() {
        return unary("aten::isnan");
    }

    @Override
    public LtNDArray softmax(int axis) {
        return Aten.one("aten::softmax", "int", self(), axis, null);
    }

    @Override
    public LtNDArray logSoftmax(int axis) {
        return Aten.one("aten::log_softmax", "int", self(), axis, null);
    }

    @Override
    public NDArray stopGradient() {
        return self(); // nothing here records gradients
    }
}

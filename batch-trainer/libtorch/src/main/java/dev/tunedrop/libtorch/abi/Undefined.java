package dev.tunedrop.libtorch.abi;

/// What is given for a `Tensor` of a schema that the operator lets be undefined: how LibTorch's backward operators take
/// an optional tensor that was absent.
public enum Undefined {
    TENSOR
}

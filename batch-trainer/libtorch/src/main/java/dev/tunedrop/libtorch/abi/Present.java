package dev.tunedrop.libtorch.abi;

/// A value given for an argument whose schema type is optional (`float?`, `int?`, `Tensor?`). Java's `null` is the
/// absent one.
///
/// @param value a tensor, number, boolean or data type
public record Present(Object value) {}

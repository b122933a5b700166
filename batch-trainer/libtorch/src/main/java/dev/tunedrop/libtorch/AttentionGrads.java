package dev.tunedrop.libtorch;

import ai.djl.ndarray.NDArray;

/// The gradients of attention's three operands, each of its operand's shape.
///
/// @param dq of the queries
/// @param dk of the keys
/// @param dv of the values
public record AttentionGrads(NDArray dq, NDArray dk, NDArray dv) {}

/// The mathematics of a decoder: each op a page with its formula, its forward and, beside it, its backward.
///
/// Letters of the shapes: T tokens of a micro-batch (rows end to end, no padding), C width of the residual stream,
/// F width of the feed-forward part, H query heads, K key heads, D width of a head, V vocabulary, R rank, I and O a
/// linear map's inputs and outputs. A gradient has the name of its value with `d` in front and the same shape.
/// Nothing here is taped: a backward is handed what its forward kept. Results belong to the manager of the first
/// operand.
///
/// Start with [dev.tunedrop.trainer.op.LoraLinear]. May depend on `kernel` and the room libtorch only.
@NullMarked
package dev.tunedrop.trainer.op;

import org.jspecify.annotations.NullMarked;

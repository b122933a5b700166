/// Whole weights out of a base and an adapter, for servers that take no adapters.
///
/// Start with [dev.tunedrop.trainer.merge.Merge]. Tensors stream one at a time from the base's files to new ones; the
/// model is never held. May depend on `adapter`, `model`, `quant`, `run` and `weights`.
@NullMarked
package dev.tunedrop.trainer.merge;

import org.jspecify.annotations.NullMarked;

/// Frozen weights as they are stored: dense, or 4-bit NF4 with double quantisation, bit for bit as bitsandbytes has
/// it.
///
/// Start with [dev.tunedrop.trainer.quant.StoredWeight]. [dev.tunedrop.trainer.quant.Nf4] is the format in plain
/// Java, [dev.tunedrop.trainer.quant.Nf4Weight] the same on a device. May depend on `kernel` and the room libtorch
/// only.
@NullMarked
package dev.tunedrop.trainer.quant;

import org.jspecify.annotations.NullMarked;

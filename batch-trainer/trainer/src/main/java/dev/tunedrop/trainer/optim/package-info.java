/// How gradients move weights: AdamW, clipping by the global norm, learning-rate schedules.
///
/// Start with [dev.tunedrop.trainer.optim.AdamW]. May depend on `model`'s [dev.tunedrop.trainer.model.Parameter],
/// on `quant`'s code books, on `kernel`, on `events` and on LibTorch; knows nothing of data, checkpoints or the
/// loop.
@NullMarked
package dev.tunedrop.trainer.optim;

import org.jspecify.annotations.NullMarked;

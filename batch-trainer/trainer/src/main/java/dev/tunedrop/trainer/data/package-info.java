/// From a token shard to micro-batches: seeded order, packing, and a place to resume from.
///
/// Start with [dev.tunedrop.trainer.data.StepSource], which hands the loop one optimiser step's micro-batches at a
/// time. Nothing here holds the dataset: rows come from the mapped shard when their turn is there. May depend on
/// `events`, on `model`'s [dev.tunedrop.trainer.model.MicroBatch] and on [dev.tunedrop.trainer.op.CounterRandom].
@NullMarked
package dev.tunedrop.trainer.data;

import org.jspecify.annotations.NullMarked;

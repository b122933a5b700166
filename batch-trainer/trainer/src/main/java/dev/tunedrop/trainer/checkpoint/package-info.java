/// What a run needs to go on as if it had never stopped, and where that is kept.
///
/// Start with [dev.tunedrop.trainer.checkpoint.Checkpoints]. A checkpoint is a state file (masters and moments, see
/// [dev.tunedrop.trainer.checkpoint.TrainingState]) and a manifest written after it
/// ([dev.tunedrop.trainer.checkpoint.CheckpointManifest]); without a manifest it does not exist. Where the two lie is a
/// [dev.tunedrop.trainer.checkpoint.CheckpointStore]: a directory here, a bucket in `job.aws`.
@NullMarked
package dev.tunedrop.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;

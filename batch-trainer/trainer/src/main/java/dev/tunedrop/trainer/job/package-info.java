/// The training job of the pipeline: a process that takes pointers from its environment, reads a run's documents from
/// the artefact bucket, trains and writes its results there.
///
/// Start with [dev.tunedrop.trainer.job.TrainingJob], the container's main class. The bucket is an
/// [dev.tunedrop.trainer.job.ObjectFolder]; S3 itself is in `job.aws`. May depend on every package of the trainer but
/// `cli`.
@NullMarked
package dev.tunedrop.trainer.job;

import org.jspecify.annotations.NullMarked;

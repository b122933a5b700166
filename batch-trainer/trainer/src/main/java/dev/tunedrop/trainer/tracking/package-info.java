/// The figures of a run on a tracking server, beside the run's own files: MLflow over its REST interface.
///
/// Start with [dev.tunedrop.trainer.tracking.Tracking], which a run is given as a listener. Nothing here can fail a
/// run or make it wait. May depend on `run`, `checkpoint` and `events`; signatures for Amazon SageMaker's managed
/// MLflow are in `tracking.aws`.
@NullMarked
package dev.tunedrop.trainer.tracking;

import org.jspecify.annotations.NullMarked;

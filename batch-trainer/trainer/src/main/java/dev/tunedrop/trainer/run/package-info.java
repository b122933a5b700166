/// The training run: the loop, what listens to it, and everything around it from base model to adapter.
///
/// Start with [dev.tunedrop.trainer.run.TrainingRun], the loop itself; [dev.tunedrop.trainer.run.FineTuning] sets one
/// up from files. May depend on every other package of the trainer but `job`, `tracking` and `cli`.
@NullMarked
package dev.tunedrop.trainer.run;

import org.jspecify.annotations.NullMarked;

/// The documents of one run, in the order in which they are written under `runs/<run>/`:
/// settings, plan, chunk reports, dataset report and manifest, quote, decision, metrics, training result,
/// evaluation, publication, settlement. Start at [dev.tunedrop.events.run.RunFiles], which names each file.
@NullMarked
package dev.tunedrop.events.run;

import org.jspecify.annotations.NullMarked;

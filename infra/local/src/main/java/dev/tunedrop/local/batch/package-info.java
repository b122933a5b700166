/// Batch on this machine: a job is a child JVM with the job definition's main class, the environment a container would
/// have, and Batch's rules for exit codes, attempts and time limits. Start at
/// [dev.tunedrop.local.batch.BatchService]; workflows reach it through [dev.tunedrop.local.batch.SubmitJob].
/// Depends on `disk` and `states`' integration contract.
@NullMarked
package dev.tunedrop.local.batch;

import org.jspecify.annotations.NullMarked;

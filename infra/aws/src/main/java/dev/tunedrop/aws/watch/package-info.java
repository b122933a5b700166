/// What the console shows and who is woken: alarms, dashboard, saved queries, budget. Start at
/// [dev.tunedrop.aws.watch.Alarms]; `RUNBOOK.md` is written from the same data.
///
/// Depends on the CDK and on what is beside it in `dev.tunedrop.aws`.
@NullMarked
package dev.tunedrop.aws.watch;

import org.jspecify.annotations.NullMarked;

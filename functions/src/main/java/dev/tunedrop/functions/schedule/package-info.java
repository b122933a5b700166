/// What is done by the clock and not by a drop: looking for drops that were missed, for jobs that find no machine,
/// for models that go away, for datasets whose time to be trained again has come, for endpoints that are asked
/// something else than they were trained on, and for today's prices. Every pass can be missed, repeated or run
/// twice at once. Start at [dev.tunedrop.functions.schedule.ReconcileDropsHandler]; `rules.json` of the workflow
/// says when each runs.
///
/// Depends on `cloud`, `intake`, `prepare` (for `tune.json`), `publish` (for names), `quote` and `prices`.
@NullMarked
package dev.tunedrop.functions.schedule;

import org.jspecify.annotations.NullMarked;

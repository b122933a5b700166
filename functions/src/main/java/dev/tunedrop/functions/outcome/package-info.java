/// How a run ends: one terminal state in the ledger, one event on the bus. Start at
/// [dev.tunedrop.functions.outcome.RecordFailureHandler]. Depends on `cloud` and `budget`.
@NullMarked
package dev.tunedrop.functions.outcome;

import org.jspecify.annotations.NullMarked;

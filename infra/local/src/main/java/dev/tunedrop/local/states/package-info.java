/// Step Functions on this machine: an interpreter of the Amazon States Language in its JSONata dialect, with a journal
/// on disk so that a run goes on after the process was killed.
///
/// Start at [dev.tunedrop.local.states.StatesService] (what a caller may ask), then
/// [dev.tunedrop.local.states.Interpreter] (one branch of one execution). A side effect is reached through
/// [dev.tunedrop.local.states.Integration]; the implementations live with the services they call.
///
/// How a run survives: every state visit has a path that depends on the definition only (`r.3`, `r.3#1/m5.0`). What a
/// visit decided is written to the journal before anything follows from it; after a restart the interpreter walks the
/// same paths and takes what it finds there instead of deciding again.
/// Depends on `disk`, `events`' JSON rules and JSONata.
@NullMarked
package dev.tunedrop.local.states;

import org.jspecify.annotations.NullMarked;

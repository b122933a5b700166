/// The shipped workflow, played through the interpreter: what every function answers is a script, and what the
/// execution then did is compared with what is written here. Start at
/// [dev.tunedrop.local.states.scenario.Routes], the ways a drop can go, then
/// [dev.tunedrop.local.states.scenario.Faults], what can go wrong on them.
@NullMarked
package dev.tunedrop.local.states.scenario;

import org.jspecify.annotations.NullMarked;

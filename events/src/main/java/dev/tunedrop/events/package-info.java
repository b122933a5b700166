/// What Tunedrop announces on the event bus: one sealed family, [dev.tunedrop.events.TunedropEvent].
///
/// Documents that a run leaves behind are in `run`, file formats in `artefact`, JSON rules in `json`.
/// Depends on nothing but Jackson, so that every room may depend on it.
@NullMarked
package dev.tunedrop.events;

import org.jspecify.annotations.NullMarked;

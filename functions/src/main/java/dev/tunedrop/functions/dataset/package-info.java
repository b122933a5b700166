/// The rules a dropped file is held to, as pure Java: bytes in, rows and findings out. Start at
/// [dev.tunedrop.functions.dataset.DatasetCheck]; a line goes through [dev.tunedrop.functions.dataset.LineReader],
/// [dev.tunedrop.functions.dataset.StrictJson] and [dev.tunedrop.functions.dataset.RowRules].
///
/// Findings name places and rules, never the dataset's text. Depends on the room events and Jackson only.
@NullMarked
package dev.tunedrop.functions.dataset;

import org.jspecify.annotations.NullMarked;

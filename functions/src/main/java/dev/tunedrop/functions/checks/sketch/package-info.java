/// Rows that are there more than once, word for word or nearly, found without holding rows: each leaves a sketch of
/// fixed size in a file, and the file is searched. Start at [dev.tunedrop.functions.checks.sketch.Repeats]; what a
/// sketch keeps is said at [dev.tunedrop.functions.checks.sketch.RowSketch]. Depends on `scan`, `dataset` and the
/// room events.
@NullMarked
package dev.tunedrop.functions.checks.sketch;

import org.jspecify.annotations.NullMarked;

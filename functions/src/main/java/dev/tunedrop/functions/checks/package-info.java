/// What a good format does not show: answers that teach nothing, outliers in length and language, tool calls that do
/// not fit, personal data, repeated rows. Start at [dev.tunedrop.functions.checks.RowChecks], which every way into the
/// pipeline hands its rows to.
///
/// A check looks at one row at a time and leaves [dev.tunedrop.functions.checks.Tallies]: counts by key, with the first
/// few lines. Tallies of ranges add up, so one range and a thousand say the same; what needs to see all rows at once
/// (outliers, repeated rows) is concluded from the sums. Memory does not grow with the file.
///
/// Depends on `dataset`, the room events, libphonenumber and a JSON Schema validator.
@NullMarked
package dev.tunedrop.functions.checks;

import org.jspecify.annotations.NullMarked;

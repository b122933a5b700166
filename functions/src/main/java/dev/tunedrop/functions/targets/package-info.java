/// What each place that tunes models would say of a dataset, and the file it takes. Start at
/// [dev.tunedrop.functions.targets.Targets]: targets and their rules are data (`targets.json`: limit, effect, remedy,
/// source and date of each), the code holds only the kinds of rules ([dev.tunedrop.functions.targets.Rule.Kind]).
///
/// [dev.tunedrop.functions.targets.TargetCheck] looks at rows, [dev.tunedrop.functions.targets.Verdicts] weighs
/// what was seen, [dev.tunedrop.functions.targets.Conversion] writes the file. Depends on `checks`, `dataset` and
/// the room events.
@NullMarked
package dev.tunedrop.functions.targets;

import org.jspecify.annotations.NullMarked;

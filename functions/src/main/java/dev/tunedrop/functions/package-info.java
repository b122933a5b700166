/// The Lambda handlers of the way of a drop. Start at [dev.tunedrop.functions.Step], which lists what each step of the
/// workflow is given and answers, then read a handler: translate, decide, publish.
///
/// `dataset` holds the rules for files, `quote` and `route` those for money, `cloud` the doors to the outside with a
/// twin in memory for each, `cloud.aws` the only AWS types. Depends on the rooms events and text, never on the trainer.
@NullMarked
package dev.tunedrop.functions;

import org.jspecify.annotations.NullMarked;

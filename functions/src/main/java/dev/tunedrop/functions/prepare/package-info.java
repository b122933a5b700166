/// From a dropped file to token shards: plan its ranges, prepare each, put them together. Start at
/// [dev.tunedrop.functions.prepare.PlanChunksHandler]. Depends on the rules in `dataset`, the doors in `cloud` and the
/// room text.
@NullMarked
package dev.tunedrop.functions.prepare;

import org.jspecify.annotations.NullMarked;

/// From an event to a started execution: one for each version of a dropped file, one for each request to train
/// again. Start at [dev.tunedrop.functions.intake.Intake]; [dev.tunedrop.functions.intake.Retraining] takes
/// requests. Depends on `cloud`.
@NullMarked
package dev.tunedrop.functions.intake;

import org.jspecify.annotations.NullMarked;

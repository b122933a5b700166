/// From an event about a dropped file to a started execution, exactly one for each version. Start at
/// [dev.tunedrop.functions.intake.Intake]. Depends on `cloud`.
@NullMarked
package dev.tunedrop.functions.intake;

import org.jspecify.annotations.NullMarked;

/// EventBridge on this machine: rules matched by AWS's own matcher, targets called at least once. Start at
/// [dev.tunedrop.local.bus.LocalBus].
@NullMarked
package dev.tunedrop.local.bus;

import org.jspecify.annotations.NullMarked;

/// The doors to the outside, as small interfaces in our own words: objects, ledger, budget, executions, bus, endpoints.
/// Each has a twin in `memory` under the same contract test as the one in `aws`. Start at
/// [dev.tunedrop.functions.cloud.Cloud]. Depends on the room events only.
@NullMarked
package dev.tunedrop.functions.cloud;

import org.jspecify.annotations.NullMarked;

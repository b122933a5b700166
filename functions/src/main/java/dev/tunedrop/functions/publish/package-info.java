/// The gate before an adapter goes live, and how it does: an immutable component, golden prompts, an alias that moves
/// by compare-and-swap. Start at [dev.tunedrop.functions.publish.PublishAdapterHandler]. Depends on `cloud`, `dataset`.
@NullMarked
package dev.tunedrop.functions.publish;

import org.jspecify.annotations.NullMarked;

/// Fireworks: rows become datasets, a job tunes an adapter, and the adapter is loaded onto a deployment that
/// somebody pays for.
///
/// Start with [dev.tunedrop.functions.provider.fireworks.FireworksProvider]. Depends on `provider` and
/// `provider.http`.
@NullMarked
package dev.tunedrop.functions.provider.fireworks;

import org.jspecify.annotations.NullMarked;

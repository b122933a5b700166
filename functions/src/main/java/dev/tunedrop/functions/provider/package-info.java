/// Managed fine-tuning services: one neutral way to submit, follow, cancel and collect a job, whoever runs it.
///
/// Start with [dev.tunedrop.functions.provider.Provider]; an implementation lies in a package of its own below this
/// one. Nothing here decides whether a service may be used: that is `route`'s.
@NullMarked
package dev.tunedrop.functions.provider;

import org.jspecify.annotations.NullMarked;

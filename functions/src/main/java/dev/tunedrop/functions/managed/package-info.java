/// The workflow's steps of a run that a managed service trains: order, wait for news, collect, or cancel.
///
/// Start with [dev.tunedrop.functions.managed.SubmitToProviderHandler]. The services themselves are in `provider`;
/// which one is taken is decided in `route`. Depends on `provider`, `targets`, `dataset`, `quote`'s documents and
/// `cloud`.
@NullMarked
package dev.tunedrop.functions.managed;

import org.jspecify.annotations.NullMarked;

/// The endpoint's HTTP: routes, bodies, streams, refusals, shutdown; on the JDK's own server and virtual threads.
///
/// Start with [dev.tunedrop.endpoint.http.EndpointServer]. Depends on `api` and `generate`; knows nothing of models.
@NullMarked
package dev.tunedrop.endpoint.http;

import org.jspecify.annotations.NullMarked;

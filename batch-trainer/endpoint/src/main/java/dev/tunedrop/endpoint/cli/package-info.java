/// The `serve` command and the container's entry point. Start with [dev.tunedrop.endpoint.cli.ServeCommand]; to serve
/// inside another program, [dev.tunedrop.endpoint.cli.RunningEndpoint]. May depend on every package of the endpoint.
@NullMarked
package dev.tunedrop.endpoint.cli;

import org.jspecify.annotations.NullMarked;

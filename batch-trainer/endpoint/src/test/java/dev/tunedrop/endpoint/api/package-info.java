/// Tests of what goes over the wire.
@NullMarked
package dev.tunedrop.endpoint.api;

import org.jspecify.annotations.NullMarked;

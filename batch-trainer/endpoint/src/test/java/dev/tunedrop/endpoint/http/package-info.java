/// Tests of the server over real connections.
@NullMarked
package dev.tunedrop.endpoint.http;

import org.jspecify.annotations.NullMarked;

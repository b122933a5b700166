/// Tests of the real model against files of another implementation and against itself without a cache.
@NullMarked
package dev.tunedrop.endpoint.decoder;

import org.jspecify.annotations.NullMarked;

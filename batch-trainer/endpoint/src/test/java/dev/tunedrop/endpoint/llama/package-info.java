/// Tests of the real model against files of another implementation and against itself without a cache.
@NullMarked
package dev.tunedrop.endpoint.llama;

import org.jspecify.annotations.NullMarked;

/// Tests of the way from a file to shards.
@NullMarked
package dev.tunedrop.functions.prepare;

import org.jspecify.annotations.NullMarked;

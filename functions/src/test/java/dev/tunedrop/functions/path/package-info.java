/// Tests of the whole way of a drop, step after step, in memory.
@NullMarked
package dev.tunedrop.functions.path;

import org.jspecify.annotations.NullMarked;

/// Tests of how ranges are put together. May use what the package under test may.
@NullMarked
package dev.tunedrop.functions.prepare;

import org.jspecify.annotations.NullMarked;

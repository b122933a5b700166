/// Tests of how functions are called.
@NullMarked
package dev.tunedrop.local.lambda;

import org.jspecify.annotations.NullMarked;

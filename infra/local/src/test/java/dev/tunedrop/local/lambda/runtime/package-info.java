/// Tests of functions as Lambda runs them.
@NullMarked
package dev.tunedrop.local.lambda.runtime;

import org.jspecify.annotations.NullMarked;

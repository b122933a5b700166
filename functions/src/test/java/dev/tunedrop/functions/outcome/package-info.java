/// Tests of how runs end.
@NullMarked
package dev.tunedrop.functions.outcome;

import org.jspecify.annotations.NullMarked;

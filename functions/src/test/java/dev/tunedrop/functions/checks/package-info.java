/// Tests of the checks beyond format.
@NullMarked
package dev.tunedrop.functions.checks;

import org.jspecify.annotations.NullMarked;

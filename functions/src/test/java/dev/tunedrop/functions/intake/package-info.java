/// Tests of intake.
@NullMarked
package dev.tunedrop.functions.intake;

import org.jspecify.annotations.NullMarked;

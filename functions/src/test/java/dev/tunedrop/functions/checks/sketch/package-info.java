/// Tests of how repeated rows are found.
@NullMarked
package dev.tunedrop.functions.checks.sketch;

import org.jspecify.annotations.NullMarked;

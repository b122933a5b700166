/// Tests of verdicts and conversions.
@NullMarked
package dev.tunedrop.functions.targets;

import org.jspecify.annotations.NullMarked;

/// Tests of how ranges become a dataset.
@NullMarked
package dev.tunedrop.functions.prepare;

import org.jspecify.annotations.NullMarked;

/// Tests of the rules for files.
@NullMarked
package dev.tunedrop.functions.dataset;

import org.jspecify.annotations.NullMarked;

/// Tests of the commands about datasets.
@NullMarked
package dev.tunedrop.functions.cli;

import org.jspecify.annotations.NullMarked;

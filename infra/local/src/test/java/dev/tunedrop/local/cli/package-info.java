/// Tests of the command line, on a cloud in memory.
@NullMarked
package dev.tunedrop.local.cli;

import org.jspecify.annotations.NullMarked;

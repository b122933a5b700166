/// Tests of what the console shows.
@NullMarked
package dev.tunedrop.aws.watch;

import org.jspecify.annotations.NullMarked;

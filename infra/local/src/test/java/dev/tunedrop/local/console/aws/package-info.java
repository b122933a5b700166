/// Tests of how execution histories are read.
@NullMarked
package dev.tunedrop.local.console.aws;

import org.jspecify.annotations.NullMarked;

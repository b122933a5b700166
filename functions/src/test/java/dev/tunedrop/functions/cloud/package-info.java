/// Contract tests of the doors, each against its twin in memory.
@NullMarked
package dev.tunedrop.functions.cloud;

import org.jspecify.annotations.NullMarked;

/// Tests of the contracts.
@NullMarked
package dev.tunedrop.events;

import org.jspecify.annotations.NullMarked;

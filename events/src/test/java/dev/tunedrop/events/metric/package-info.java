/// Tests of the figures' format.
@NullMarked
package dev.tunedrop.events.metric;

import org.jspecify.annotations.NullMarked;

/// The contracts of Tunedrop.
@NullMarked
package dev.tunedrop.events;

import org.jspecify.annotations.NullMarked;

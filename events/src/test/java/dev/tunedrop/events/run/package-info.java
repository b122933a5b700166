/// Tests of the run documents.
@NullMarked
package dev.tunedrop.events.run;

import org.jspecify.annotations.NullMarked;

/// Tests of the data that both clouds are built from.
@NullMarked
package dev.tunedrop.workflow;

import org.jspecify.annotations.NullMarked;

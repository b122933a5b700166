/// Tests of the gate and of publishing.
@NullMarked
package dev.tunedrop.functions.publish;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tunedrop.trainer.kernel.vector;

import org.jspecify.annotations.NullMarked;

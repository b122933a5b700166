@NullMarked
package dev.tunedrop.trainer.merge;

import org.jspecify.annotations.NullMarked;

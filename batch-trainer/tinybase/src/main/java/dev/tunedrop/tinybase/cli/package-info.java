/// The commands that make the tiny base model and the samples. May depend on `tinybase` and on the trainer.
@NullMarked
package dev.tunedrop.tinybase.cli;

import org.jspecify.annotations.NullMarked;

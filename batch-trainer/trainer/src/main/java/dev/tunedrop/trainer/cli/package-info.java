/// The trainer's commands: `train`, `eval`, `score`, `merge`. Each reads options, hands over to the packages below and
/// prints.
///
/// Here alone the trainer writes to the terminal. May depend on every package of the trainer.
@NullMarked
package dev.tunedrop.trainer.cli;

import org.jspecify.annotations.NullMarked;

/// The command line. Start at [dev.tunedrop.local.cli.Tunedrop]: it collects the commands of every room and turns
/// what goes wrong into one line and an exit code. Commands that talk to a cloud are here; `check` lives in functions,
/// `train`, `eval` and `score` in the trainer, `serve` in the endpoint.
///
/// May depend on everything; nothing depends on it.
@NullMarked
package dev.tunedrop.local.cli;

import org.jspecify.annotations.NullMarked;

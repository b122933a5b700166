/// Kills training at named points and proves that nothing is lost.
///
/// Start with [dev.tunedrop.trainer.kill.KillMatrix]. A [dev.tunedrop.trainer.kill.KillPoint] names a place in the
/// program; [dev.tunedrop.trainer.kill.KillAgent] puts a call there as the child process loads the class, so that the
/// program itself has no hooks for it and pays for none.
@NullMarked
package dev.tunedrop.trainer.kill;

import org.jspecify.annotations.NullMarked;

/// The console: a web page on this machine's loopback address that shows runs, and the views that it and the command
/// line are made of.
///
/// Start at [dev.tunedrop.local.console.ConsoleServer] for the page and at [dev.tunedrop.local.console.RunViews] for
/// where its figures come from (`aws` below implements it over the SDK). Depends on events only.
@NullMarked
package dev.tunedrop.local.console;

import org.jspecify.annotations.NullMarked;

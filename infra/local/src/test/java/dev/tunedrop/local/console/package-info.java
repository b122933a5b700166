/// Tests of the console; [dev.tunedrop.local.console.ExampleRuns] serves example runs to look at.
@NullMarked
package dev.tunedrop.local.console;

import org.jspecify.annotations.NullMarked;

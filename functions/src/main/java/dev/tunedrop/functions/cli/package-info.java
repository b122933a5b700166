/// The command that checks a file before it is dropped: [dev.tunedrop.functions.cli.CheckCommand]. Depends on `dataset`
/// and `prepare`, so that it says what the pipeline will say.
@NullMarked
package dev.tunedrop.functions.cli;

import org.jspecify.annotations.NullMarked;

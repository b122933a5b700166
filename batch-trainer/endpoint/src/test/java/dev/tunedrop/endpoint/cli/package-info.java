/// Tests of a whole endpoint on real models, and of what the command says to a user's mistakes.
@NullMarked
package dev.tunedrop.endpoint.cli;

import org.jspecify.annotations.NullMarked;

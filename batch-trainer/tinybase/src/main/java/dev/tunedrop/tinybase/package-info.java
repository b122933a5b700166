/// Makes what the project ships and nobody else wrote: the tiny base model and the sample datasets.
///
/// Start at [dev.tunedrop.tinybase.cli.MakeBaseCommand], which turns a seeded grammar into text, learns a tokenizer
/// from it and trains a small Llama on it, and at [dev.tunedrop.tinybase.cli.MakeSamplesCommand], which writes the
/// samples. Depends on `events`, `text` and `trainer`; nothing depends on it but the command line.
@NullMarked
package dev.tunedrop.tinybase;

import org.jspecify.annotations.NullMarked;

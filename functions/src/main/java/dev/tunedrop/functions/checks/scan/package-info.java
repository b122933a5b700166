/// One pass over a text, as bytes of UTF-8, that several checks live on: masks of what each byte is, and from them
/// words as numbers, what the text cannot hold (no number long enough, no mark), and where rare punctuation stands.
/// Start at [dev.tunedrop.functions.checks.scan.TextScan]. Depends on
/// `dataset` for reading eight bytes at once.
@NullMarked
package dev.tunedrop.functions.checks.scan;

import org.jspecify.annotations.NullMarked;

/// One pass over a text for many things at once, as bytes of UTF-8: which of some phrases it holds, its longest number,
/// whether a telephone number may stand in it. Start at [dev.tunedrop.functions.checks.scan.TextScan]. Depends on
/// nothing.
@NullMarked
package dev.tunedrop.functions.checks.scan;

import org.jspecify.annotations.NullMarked;

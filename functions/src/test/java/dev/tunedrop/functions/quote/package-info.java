/// Tests of the quote.
@NullMarked
package dev.tunedrop.functions.quote;

import org.jspecify.annotations.NullMarked;

/// Tests of the report page.
@NullMarked
package dev.tunedrop.functions.page;

import org.jspecify.annotations.NullMarked;

/// Tests of what counts as personal data.
@NullMarked
package dev.tunedrop.functions.checks.personal;

import org.jspecify.annotations.NullMarked;

/// Tests of the scan beside its plain twin, and the texts that both are tried on.
@NullMarked
package dev.tunedrop.functions.checks.scan;

import org.jspecify.annotations.NullMarked;

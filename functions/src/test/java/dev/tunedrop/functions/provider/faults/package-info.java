@NullMarked
package dev.tunedrop.functions.provider.faults;

import org.jspecify.annotations.NullMarked;

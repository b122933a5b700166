@NullMarked
package dev.tunedrop.functions.schedule;

import org.jspecify.annotations.NullMarked;

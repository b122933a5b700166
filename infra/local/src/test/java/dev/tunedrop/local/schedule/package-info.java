@NullMarked
package dev.tunedrop.local.schedule;

import org.jspecify.annotations.NullMarked;

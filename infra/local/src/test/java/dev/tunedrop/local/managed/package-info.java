@NullMarked
package dev.tunedrop.local.managed;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tunedrop.functions.managed;

import org.jspecify.annotations.NullMarked;

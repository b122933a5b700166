@NullMarked
package dev.tunedrop.libtorch;

import org.jspecify.annotations.NullMarked;

/// The rules between rooms, held by the build.
@NullMarked
package dev.tunedrop.architecture;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tunedrop.functions.provider.vertex;

import org.jspecify.annotations.NullMarked;

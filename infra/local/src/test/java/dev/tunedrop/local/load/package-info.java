@NullMarked
package dev.tunedrop.local.load;

import org.jspecify.annotations.NullMarked;

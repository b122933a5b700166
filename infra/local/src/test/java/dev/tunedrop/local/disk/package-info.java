@NullMarked
package dev.tunedrop.local.disk;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tunedrop.local.secrets;

import org.jspecify.annotations.NullMarked;

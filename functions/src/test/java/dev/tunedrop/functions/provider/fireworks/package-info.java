@NullMarked
package dev.tunedrop.functions.provider.fireworks;

import org.jspecify.annotations.NullMarked;

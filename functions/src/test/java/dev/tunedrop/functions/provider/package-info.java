@NullMarked
package dev.tunedrop.functions.provider;

import org.jspecify.annotations.NullMarked;

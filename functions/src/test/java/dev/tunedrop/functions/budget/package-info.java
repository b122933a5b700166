@NullMarked
package dev.tunedrop.functions.budget;

import org.jspecify.annotations.NullMarked;

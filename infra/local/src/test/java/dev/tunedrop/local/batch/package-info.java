@NullMarked
package dev.tunedrop.local.batch;

import org.jspecify.annotations.NullMarked;

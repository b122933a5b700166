/// Training again: whatever asks for it.
@NullMarked
package dev.tunedrop.local.retrain;

import org.jspecify.annotations.NullMarked;

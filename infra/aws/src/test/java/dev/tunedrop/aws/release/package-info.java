@NullMarked
package dev.tunedrop.aws.release;

import org.jspecify.annotations.NullMarked;

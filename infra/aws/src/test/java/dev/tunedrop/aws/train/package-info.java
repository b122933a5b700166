@NullMarked
package dev.tunedrop.aws.train;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tunedrop.aws.picture;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tunedrop.aws.flow;

import org.jspecify.annotations.NullMarked;

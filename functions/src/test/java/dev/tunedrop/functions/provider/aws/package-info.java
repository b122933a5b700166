@NullMarked
package dev.tunedrop.functions.provider.aws;

import org.jspecify.annotations.NullMarked;

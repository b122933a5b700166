@NullMarked
package dev.tunedrop.functions.prices.aws;

import org.jspecify.annotations.NullMarked;

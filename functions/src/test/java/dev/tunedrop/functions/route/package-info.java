/// Tests of the choice of a route.
@NullMarked
package dev.tunedrop.functions.route;

import org.jspecify.annotations.NullMarked;

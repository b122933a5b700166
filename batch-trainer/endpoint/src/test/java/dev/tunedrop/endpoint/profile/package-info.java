/// Tests of what is counted.
@NullMarked
package dev.tunedrop.endpoint.profile;

import org.jspecify.annotations.NullMarked;

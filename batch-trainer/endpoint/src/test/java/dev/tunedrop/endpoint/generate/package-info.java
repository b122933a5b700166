/// Tests of how answers come about, and the doubles that other tests use too.
@NullMarked
package dev.tunedrop.endpoint.generate;

import org.jspecify.annotations.NullMarked;

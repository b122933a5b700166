/// Tests of the engine against plain Java in double precision ([Plain]).
@NullMarked
package dev.tunedrop.libtorch;

import org.jspecify.annotations.NullMarked;

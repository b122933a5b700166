/// Tests of finding LibTorch, with directories made up for each.
@NullMarked
package dev.tunedrop.libtorch.natives;

import org.jspecify.annotations.NullMarked;

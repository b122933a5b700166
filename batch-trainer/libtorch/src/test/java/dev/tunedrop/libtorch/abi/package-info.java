/// Tests of the C ABI's bindings.
@NullMarked
package dev.tunedrop.libtorch.abi;

import org.jspecify.annotations.NullMarked;

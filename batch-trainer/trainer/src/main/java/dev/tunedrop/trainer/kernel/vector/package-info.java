/// Kernels of our own for the CPU: what [dev.tunedrop.trainer.kernel] asks for, in Java's Vector API.
///
/// They run where the JVM was started with `--add-modules jdk.incubator.vector` and operands are large; the tensor
/// operations that they stand for stay as their twins. Each result is the same whether the code is interpreted or
/// compiled and on however many threads: lanes are added up in one order (never by the API's own reduction, whose order
/// is not fixed), and a task writes what no other task reads.
///
/// Start with [VectorLauncher]. May depend on the kernels' package and on the room libtorch.
@NullMarked
package dev.tunedrop.trainer.kernel.vector;

import org.jspecify.annotations.NullMarked;

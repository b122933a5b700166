/// Kernels of our own: what they are called, where they run, and whether they may.
///
/// An op asks its [Fused] for a launcher and, where there is none, does the same by tensor operations. There is one
/// where the operands lie on a GPU whose driver took the PTX, or on the CPU of a JVM with the Vector API, and where the
/// kernel has, once in this process, given what the tensor operations give. So a machine that nobody has tried costs
/// speed, never correctness. A GPU's kernels are CUDA C in `src/main/cuda`, which `kernels.sh` compiles; the CPU's are
/// Java, in the package `vector` below.
///
/// Start with [Fused]; a new kernel needs a [Kernel] and a trial beside its op. May depend on the room libtorch only.
@NullMarked
package dev.tunedrop.trainer.kernel;

import org.jspecify.annotations.NullMarked;

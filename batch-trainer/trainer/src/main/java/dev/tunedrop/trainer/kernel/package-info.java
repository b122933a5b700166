/// Kernels of our own: what they are called, where they run, and whether they may.
///
/// An op asks its [Fused] for a launcher and, where there is none, does the same by tensor operations. There is one
/// where the operands lie on a GPU whose driver took the PTX and where the kernel has, once in this process, given what
/// the tensor operations give. So a GPU that nobody has tried costs speed, never correctness. The kernels themselves
/// are CUDA C in `src/main/cuda`; `kernels.sh` compiles them.
///
/// Start with [Fused]; a new kernel needs a [Kernel] and a trial beside its op. May depend on the room libtorch only.
@NullMarked
package dev.tunedrop.trainer.kernel;

import org.jspecify.annotations.NullMarked;

/// A DJL engine over LibTorch's C ABI: arrays in fp32, bf16, fp16 and integer types, on the CPU or CUDA, freed the
/// moment their manager closes.
///
/// Start with [LibTorch#load()], take a manager from [LtEngine], and compute with DJL's `NDArray` methods or, where
/// training needs more than those, with [Ops]; [Aten] reaches every other operator. There is no tape: backward passes
/// are written by hand, next to their forward.
///
/// Results belong to the manager of the first operand. To place them elsewhere, work on an [LtNDArray#alias] there.
///
/// May depend on DJL's API and on `abi` and `natives` below it.
@NullMarked
package dev.tunedrop.libtorch;

import org.jspecify.annotations.NullMarked;

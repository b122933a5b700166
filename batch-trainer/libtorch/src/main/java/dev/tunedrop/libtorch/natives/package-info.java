/// Finds a LibTorch on this machine and loads it into the process.
///
/// Start with [LoadedLibTorch#get()]: it asks [NativeFinder] for a directory ([BundledNatives] unpacks the one that
/// travels with the product), refuses one that is too old ([Version]) and hands it to [NativeLoader]. [CudaDriver]
/// reads what the NVIDIA driver says of the devices, without needing LibTorch; [CudaModule] has it compile and
/// launch kernels of our own.
///
/// Depends on the JDK and slf4j only.
@NullMarked
package dev.tunedrop.libtorch.natives;

import org.jspecify.annotations.NullMarked;

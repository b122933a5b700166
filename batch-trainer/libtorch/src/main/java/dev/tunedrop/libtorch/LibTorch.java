package dev.tunedrop.libtorch;

import java.nio.file.Path;
import java.util.List;

import dev.tunedrop.libtorch.abi.Threads;
import dev.tunedrop.libtorch.natives.CudaDriver;
import dev.tunedrop.libtorch.natives.LibTorchUnavailableException;
import dev.tunedrop.libtorch.natives.LoadedLibTorch;

/// The native library below this engine.
public final class LibTorch {
    private LibTorch() {}

    /// Finds and loads LibTorch; does nothing when that was done before.
    ///
    /// @throws LibTorchUnavailableException when there is none or it is too old; the message says what to do
    public static void load() {
        LoadedLibTorch.get();
    }

    /// For example `2.7.1`.
    public static String version() {
        return LoadedLibTorch.get().version().text();
    }

    /// Where the libraries lie.
    public static Path directory() {
        return LoadedLibTorch.get().directory();
    }

    /// Whether arrays can live on a GPU.
    public static boolean cuda() {
        return LoadedLibTorch.get().cuda();
    }

    /// The GPUs the NVIDIA driver sees, whether or not this LibTorch can use them.
    public static List<CudaDriver.Gpu> gpus() {
        return CudaDriver.gpus();
    }

    /// What the NVIDIA driver says of a GPU's memory.
    public static CudaDriver.Memory gpuMemory(int index) {
        return CudaDriver.memory(index);
    }

    /// How many CPU threads one operator may use.
    public static void setThreads(int threads) {
        LoadedLibTorch.get();
        Threads.set(threads);
    }

    public static int threads() {
        LoadedLibTorch.get();
        return Threads.get();
    }
}

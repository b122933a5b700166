package dev.tunedrop.libtorch.natives;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The LibTorch of this process: loaded once, never unloaded.
///
/// @param directory where its libraries lie
/// @param version   what it is
/// @param cuda      whether its CUDA half is loaded too
/// @param symbols   its functions
public record LoadedLibTorch(Path directory, Version version, boolean cuda, SymbolLookup symbols) {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedLibTorch.class);
    private static final Object LOCK = new Object();
    private static volatile @Nullable LoadedLibTorch loaded;

    /// Loads LibTorch on the first call.
    ///
    /// @throws LibTorchUnavailableException when there is none, or it is too old or broken
    public static LoadedLibTorch get() {
        LoadedLibTorch here = loaded;
        if (here == null) {
            synchronized (LOCK) {
                here = loaded;
                if (here == null) {
                    here = load(NativeFinder.ofThisMachine().find());
                    loaded = here;
                }
            }
        }
        return here;
    }

    private static LoadedLibTorch load(Path directory) {
        NativeLoader.letThreadsSleep(System.getenv());
        WaitPolicy.sleep();
        HeapPolicy.keep(System.getenv());
        SymbolLookup symbols = NativeLoader.load(directory, NativeFinder.MAIN_LIBRARY);
        Version abi = abiVersion(symbols);
        abi.mustBeRecent(directory);
        Version version = Version.beside(directory)
                .filter(v -> v.major() == abi.major() && v.minor() == abi.minor())
                .orElse(abi);
        boolean cuda = !CudaDriver.gpus().isEmpty() && Files.isRegularFile(directory.resolve("libtorch_cuda.so"));
        SymbolLookup all =
                cuda ? NativeLoader.load(directory, "libtorch_cuda.so").or(symbols) : symbols;
        LOG.info("LibTorch {} from {}{}", version, directory, cuda ? " with CUDA" : "");
        return new LoadedLibTorch(directory, version, cuda, all);
    }

    private static Version abiVersion(SymbolLookup symbols) {
        Optional<MemorySegment> function = symbols.find("aoti_torch_abi_version");
        if (function.isEmpty() || symbols.find("aoti_torch_call_dispatcher").isEmpty()) {
            return new Version(2, 6, "older than 2.7");
        }
        try {
            return Version.ofAbi((long) Linker.nativeLinker()
                    .downcallHandle(function.get(), FunctionDescriptor.of(JAVA_LONG))
                    .invokeExact());
        } catch (Throwable e) {
            throw new IllegalStateException("aoti_torch_abi_version", e);
        }
    }
}

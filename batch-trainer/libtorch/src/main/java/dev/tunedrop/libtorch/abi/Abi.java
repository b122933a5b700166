package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

import dev.tunedrop.libtorch.natives.LoadedLibTorch;

/// Binds functions of LibTorch. Nearly all answer 0 for success.
final class Abi {
    private static final Linker LINKER = Linker.nativeLinker();
    static final LoadedLibTorch TORCH = LoadedLibTorch.get();

    private Abi() {}

    /// A function that may run long, allocate or throw inside.
    static MethodHandle bind(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /// The same, where this build of LibTorch has the function.
    static Optional<MethodHandle> bindIfThere(String name, MemoryLayout... arguments) {
        return TORCH.symbols()
                .find(name)
                .map(symbol -> LINKER.downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, arguments)));
    }

    /// A getter of a few nanoseconds, called without the thread-state change.
    static MethodHandle bindGetter(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                symbol(name), FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.critical(false));
    }

    private static MemorySegment symbol(String name) {
        Optional<MemorySegment> symbol = TORCH.symbols().find(name);
        return symbol.orElseThrow(() -> new LibTorchException("LibTorch " + TORCH.version() + " in " + TORCH.directory()
                + " has no function " + name + "; use another build of LibTorch."));
    }

    /// What an invocation throws besides errors is our own mistake: a wrong signature.
    static AssertionError wrongSignature(Throwable thrown) {
        return new AssertionError("a LibTorch function was called with a wrong signature", thrown);
    }
}

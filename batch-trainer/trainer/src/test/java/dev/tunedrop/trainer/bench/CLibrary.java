package dev.tunedrop.trainer.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// What the C library keeps of memory that was freed, for tests that read a peak off the process.
final class CLibrary {

    private static final int MMAP_THRESHOLD = -3;

    private CLibrary() {}

    /// Has arrays from this size on taken from the system, each by itself.
    ///
    /// @return whether it can be told
    static boolean mapFrom(int bytes) {
        return called(function("mallopt", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), MMAP_THRESHOLD, bytes) == 1;
    }

    /// Gives back what other tests left free: it would be used again unseen. The Java heap begins anew too, on pages
    /// that it has.
    static void giveBack() {
        System.gc();
        called(function("malloc_trim", ValueLayout.JAVA_LONG), 0L);
    }

    private static int called(Optional<MethodHandle> function, Object... arguments) {
        if (function.isEmpty()) return 0;
        try {
            return (int) function.get().invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// One that answers an int.
    private static Optional<MethodHandle> function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments)));
    }
}

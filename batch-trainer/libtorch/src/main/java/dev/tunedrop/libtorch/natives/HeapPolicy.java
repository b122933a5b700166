package dev.tunedrop.libtorch.natives;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Set;

/// What the C library does with memory that LibTorch's CPU arrays leave.
///
/// By default glibc gives large blocks and the end of its heap back to the system, so that a training pass asks for
/// the same memory as the pass before, and the system clears every page of it again: 8,000 to 30,000 faults a pass,
/// 4 to 8 % of its processor time. Here blocks up to 32 MiB, the largest that glibc keeps in a heap, stay with the
/// process once it had them. Larger ones go back at once. Where the environment has settings of its own, they hold.
final class HeapPolicy {

    private static final String MALLOPT = "mallopt"; // glibc's
    private static final Set<String> SETTINGS =
            Set.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES");

    // of <malloc.h>
    private static final int TRIM_THRESHOLD = -1;
    private static final int TOP_PAD = -2;
    private static final int MMAP_THRESHOLD = -3;
    private static final int MIB = 1 << 20;

    private HeapPolicy() {}

    static void keep(Map<String, String> environment) {
        if (SETTINGS.stream().anyMatch(environment::containsKey)) return;
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find(MALLOPT).ifPresent(function -> {
            MethodHandle set = linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
            set(set, MMAP_THRESHOLD, 32 * MIB);
            set(set, TRIM_THRESHOLD, 1024 * MIB);
            set(set, TOP_PAD, 64 * MIB); // a whole heap of a thread's: it is not given back either
        });
    }

    /// A C library that does not know the setting says so, and goes on as before.
    private static void set(MethodHandle mallopt, int parameter, int value) {
        try {
            int _ = (int) mallopt.invokeExact(parameter, value);
        } catch (Throwable e) {
            throw new IllegalStateException(MALLOPT, e);
        }
    }
}

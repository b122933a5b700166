package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// How many threads one operator may use on the CPU.
public final class Threads {
    /// `at::set_num_threads(int)` and `at::get_num_threads()`; the C ABI has no function for them.
    private static final MethodHandle SET = Linker.nativeLinker()
            .downcallHandle(
                    Abi.TORCH.symbols().findOrThrow("_ZN2at15set_num_threadsEi"), FunctionDescriptor.ofVoid(JAVA_INT));

    private static final MethodHandle GET = Linker.nativeLinker()
            .downcallHandle(
                    Abi.TORCH.symbols().findOrThrow("_ZN2at15get_num_threadsEv"), FunctionDescriptor.of(JAVA_INT));

    private Threads() {}

    public static void set(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        try {
            SET.invokeExact(threads);
        } catch (Throwable e) {
            throw Abi.wrongSignature(e);
        }
    }

    public static int get() {
        try {
            return (int) GET.invokeExact();
        } catch (Throwable e) {
            throw Abi.wrongSignature(e);
        }
    }
}

package dev.tunedrop.libtorch.natives;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// How LibTorch's worker threads wait for each other.
///
/// By default they spin, which is quickest while every thread has a core to itself. On a machine that does other work
/// as well (a local cloud, a build) the spinning thread keeps the one it waits for off its core: a training step of 1 s
/// on two threads was measured at 45 s, and at 1.7 s with threads that sleep. So they sleep, unless the environment
/// variable says otherwise. OpenMP reads it when it is loaded.
final class WaitPolicy {

    private static final String VARIABLE = "OMP_WAIT_POLICY";
    private static final int KEEP_WHAT_IS_SET = 0;

    private WaitPolicy() {}

    static void sleep() {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int error = (int)
                    setenv.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom("PASSIVE"), KEEP_WHAT_IS_SET);
            if (error != 0) throw new IllegalStateException("the environment has no room for " + VARIABLE);
        } catch (Throwable e) {
            throw new IllegalStateException("setenv " + VARIABLE, e);
        }
    }
}

package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A thread's reusable native memory for arguments and results, so that a call allocates nothing.
///
/// It lives as long as its thread. No LibTorch function keeps a pointer to it after it returns.
final class Scratch {
    static final int STACK_SLOTS = 64;
    static final int MAX_DIMS = 64;
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /// The dispatcher's stack.
    final MemorySegment stack;
    /// Where single results are written.
    final MemorySegment out;

    final MemorySegment sizes;
    final MemorySegment strides;

    private Scratch() {
        Arena arena = Arena.ofAuto();
        stack = arena.allocate(JAVA_LONG, STACK_SLOTS);
        out = arena.allocate(JAVA_LONG, 1);
        sizes = arena.allocate(JAVA_LONG, MAX_DIMS);
        strides = arena.allocate(JAVA_LONG, MAX_DIMS);
    }

    static Scratch get() {
        return OF_THREAD.get();
    }

    void sizes(long[] values) {
        MemorySegment.copy(values, 0, sizes, JAVA_LONG, 0, values.length);
    }

    void strides(long[] values) {
        MemorySegment.copy(values, 0, strides, JAVA_LONG, 0, values.length);
    }

    long out() {
        return out.get(JAVA_LONG, 0);
    }
}

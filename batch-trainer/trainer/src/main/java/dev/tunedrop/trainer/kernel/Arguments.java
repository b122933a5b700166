package dev.tunedrop.trainer.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import ai.djl.ndarray.NDArray;

import dev.tunedrop.libtorch.LtNDArray;

/// A thread's reusable native memory for what one launch is given: eight bytes a value, and a pointer to each.
public final class Arguments {

    private static final int MOST = 24;
    private static final ThreadLocal<Arguments> OF_THREAD = ThreadLocal.withInitial(Arguments::new);

    private final MemorySegment values = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, MOST);
    private final MemorySegment pointers = Arena.ofAuto().allocate(ValueLayout.ADDRESS, MOST);

    private Arguments() {
        for (int i = 0; i < MOST; i++)
            pointers.setAtIndex(ValueLayout.ADDRESS, i, values.asSlice((long) i * Long.BYTES, Long.BYTES));
    }

    /// One pointer to each value, valid until this thread's next launch.
    public static MemorySegment pointers(Object... arguments) {
        Arguments thread = OF_THREAD.get();
        for (int i = 0; i < arguments.length; i++) thread.set(i, arguments[i]);
        return thread.pointers;
    }

    private void set(int index, Object argument) {
        switch (argument) {
            case NDArray array -> values.setAtIndex(ValueLayout.JAVA_LONG, index, ((LtNDArray) array).address());
            case Long value -> values.setAtIndex(ValueLayout.JAVA_LONG, index, value);
            case Integer value -> values.set(ValueLayout.JAVA_INT, (long) index * Long.BYTES, value);
            case Float value -> values.set(ValueLayout.JAVA_FLOAT, (long) index * Long.BYTES, value);
            default ->
                throw new IllegalArgumentException(
                        "a kernel takes no " + argument.getClass().getSimpleName());
        }
    }
}

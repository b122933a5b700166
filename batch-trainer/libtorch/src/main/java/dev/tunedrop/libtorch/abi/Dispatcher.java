package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

/// Calls ATen operators by schema name.
///
/// The arguments are laid on a stack of 64-bit slots in schema order, *every defaulted one included*:
///
/// | schema            | Java                                 | slot                                                |
/// |-------------------|--------------------------------------|-----------------------------------------------------|
/// | `Tensor`          | [NativeTensor]                       | a handle of its own, which the callee consumes      |
/// | `Tensor`, undefined | [Undefined]                      | a handle on nothing                                 |
/// | `int`, `SymInt`   | `Integer`, `Long`                    | the value                                           |
/// | `float`           | `Double`                             | its bits                                            |
/// | `bool`            | `Boolean`                            | 0 or 1                                              |
/// | `ScalarType`      | [DataType]                           | its code                                            |
/// | optional, absent  | `null`                               | 0                                                   |
/// | optional, present | [Present]                            | a pointer to one slot from `malloc`, which the callee
/// frees |
///
/// The schema types `Scalar`, `int[]` and `str` have no slot before LibTorch 2.10, so they are not offered.
public final class Dispatcher {
    private static final MethodHandle CALL = Abi.bind("aoti_torch_call_dispatcher", ADDRESS, ADDRESS, ADDRESS);
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MALLOC = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("malloc"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final ConcurrentHashMap<String, MemorySegment> C_STRINGS = new ConcurrentHashMap<>();

    /// Optional arguments that a newer LibTorch may have put at the end of a schema: they are absent, not what an
    /// earlier call left on the stack.
    private static final int LATER_ARGUMENTS = 8;

    private Dispatcher() {}

    /// Calls `operator.overload` and answers the handles of its results.
    ///
    /// @param operator  for example `aten::softmax`
    /// @param overload  for example `int`, or the empty string
    /// @param outputs   how many tensors the schema returns
    /// @param arguments all of the schema's arguments
    /// @throws LibTorchException when LibTorch refuses; it names the operator and what it was given
    public static long[] call(String operator, String overload, int outputs, @Nullable Object... arguments) {
        Scratch scratch = invoke(operator, overload, arguments);
        long[] handles = new long[outputs];
        for (int i = 0; i < outputs; i++) {
            handles[i] = Tensors.owned(scratch.stack.getAtIndex(JAVA_LONG, i));
        }
        return handles;
    }

    /// The same for an operator that answers numbers among its tensors.
    ///
    /// @param results a `T` for each tensor and an `n` for each number of the schema, in its order
    /// @return handles and numbers
    public static long[] mixed(String operator, String overload, String results, @Nullable Object... arguments) {
        Scratch scratch = invoke(operator, overload, arguments);
        long[] slots = new long[results.length()];
        for (int i = 0; i < slots.length; i++) {
            long slot = scratch.stack.getAtIndex(JAVA_LONG, i);
            slots[i] = results.charAt(i) == 'T' ? Tensors.owned(slot) : slot;
        }
        return slots;
    }

    private static Scratch invoke(String operator, String overload, @Nullable Object... arguments) {
        Scratch scratch = Scratch.get();
        for (Object argument : arguments) { // before a handle is made: a closed or foreign argument leaks nothing
            check(operator, argument);
        }
        for (int i = 0; i < arguments.length; i++) {
            long slot = slot(arguments[i]);
            scratch.stack.setAtIndex(JAVA_LONG, i, slot);
        }
        for (int i = arguments.length; i < Math.min(arguments.length + LATER_ARGUMENTS, Scratch.STACK_SLOTS); i++) {
            scratch.stack.setAtIndex(JAVA_LONG, i, 0L);
        }
        int error;
        try {
            error = (int) CALL.invokeExact(cString(operator), cString(overload), scratch.stack);
        } catch (Throwable e) {
            throw Abi.wrongSignature(e);
        }
        if (error != 0) {
            throw refused(operator + (overload.isEmpty() ? "" : "." + overload), arguments);
        }
        return scratch;
    }

    private static void check(String operator, @Nullable Object argument) {
        switch (argument) {
            case null -> {}
            case NativeTensor tensor -> tensor.handle();
            case DataType type -> DTypes.code(type);
            case Present present -> check(operator, present.value());
            case Long _, Integer _, Double _, Boolean _, Undefined _ -> {}
            default ->
                throw new IllegalArgumentException("The operator " + operator + " was given a "
                        + argument.getClass().getName()
                        + "; give an array of this engine, a Long, Integer, Double, Boolean, DataType or Present.");
        }
    }

    private static long slot(@Nullable Object argument) {
        return switch (argument) {
            case null -> 0L;
            case NativeTensor tensor -> Tensors.handleToConsume(tensor.handle());
            case Undefined _ -> Tensors.undefinedToConsume();
            case Long value -> value;
            case Integer value -> value;
            case Double value -> Double.doubleToRawLongBits(value);
            case Boolean value -> value ? 1L : 0L;
            case DataType type -> DTypes.code(type);
            case Present present -> box(slot(present.value()));
            default -> throw new IllegalArgumentException("no slot for " + argument);
        };
    }

    private static long box(long value) {
        try {
            long address = (long) MALLOC.invokeExact(8L);
            MemorySegment.ofAddress(address).reinterpret(8).set(JAVA_LONG, 0, value);
            return address;
        } catch (Throwable e) {
            throw Abi.wrongSignature(e);
        }
    }

    private static MemorySegment cString(String text) {
        return C_STRINGS.computeIfAbsent(text, Arena.global()::allocateFrom);
    }

    static LibTorchException refused(String operator, @Nullable Object... arguments) {
        StringJoiner given = new StringJoiner(", ", "(", ")");
        for (Object argument : arguments) {
            given.add(describe(argument));
        }
        return new LibTorchException("LibTorch refused " + operator + given
                + "; check shapes, types and devices (LibTorch's own message is on standard error).");
    }

    private static String describe(@Nullable Object argument) {
        return switch (argument) {
            case null -> "none";
            case NativeTensor tensor -> tensor.describe();
            case Present present -> describe(present.value());
            default -> argument.toString();
        };
    }
}

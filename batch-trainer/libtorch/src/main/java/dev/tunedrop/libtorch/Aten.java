package dev.tunedrop.libtorch;

import java.util.Arrays;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.libtorch.abi.Dispatcher;
import dev.tunedrop.libtorch.abi.Tensors;

/// Any ATen operator by its schema name, on this engine's arrays. [Dispatcher] says how arguments are given; `Scalar`
/// and list arguments cannot be.
public final class Aten {
    private Aten() {}

    /// Calls an operator that answers several tensors.
    ///
    /// @param manager   where the results are attached
    /// @param operator  for example `aten::sort`
    /// @param overload  for example `stable`, or the empty string
    /// @param outputs   how many tensors the schema returns
    /// @param arguments all arguments of the schema, the defaulted ones too
    public static LtNDArray[] call(
            NDManager manager, String operator, String overload, int outputs, @Nullable Object... arguments) {
        long[] handles = Dispatcher.call(operator, overload, outputs, arguments);
        LtNDArray[] results = new LtNDArray[outputs];
        for (int i = 0; i < outputs; i++) {
            results[i] = LtNDArray.wrap((LtNDManager) manager, handles[i]);
        }
        return results;
    }

    /// Calls an operator that answers one tensor; it is attached to the manager of `first`.
    public static LtNDArray one(String operator, String overload, NDArray first, @Nullable Object... rest) {
        return LtNDArray.wrap(
                (LtNDManager) first.getManager(), Dispatcher.call(operator, overload, 1, prepend(first, rest))[0]);
    }

    /// Calls an operator that changes its first argument and answers it, as the names ending in `_` do.
    public static LtNDArray inPlace(String operator, String overload, NDArray first, @Nullable Object... rest) {
        Tensors.delete(Dispatcher.call(operator, overload, 1, prepend(first, rest))[0]);
        return (LtNDArray) first;
    }

    /// Calls an operator that writes its result into its last argument, as the overloads named `out` do. The result is
    /// rounded once, to the type of `out`.
    public static LtNDArray into(NDArray out, String operator, String overload, @Nullable Object... arguments) {
        @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = out;
        Tensors.delete(Dispatcher.call(operator, overload, 1, all)[0]);
        return (LtNDArray) out;
    }

    private static @Nullable Object[] prepend(NDArray first, @Nullable Object[] rest) {
        @Nullable Object[] all = new @Nullable Object[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}

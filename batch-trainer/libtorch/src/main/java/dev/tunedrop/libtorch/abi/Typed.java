package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// Operators whose schema has a `Scalar` or a tensor list, through the ABI's own function for each device.
public final class Typed {
    private static final Function ADD_TENSOR = Function.of("add_Tensor", JAVA_LONG, JAVA_LONG, JAVA_DOUBLE, ADDRESS);
    private static final Function ADD_SCALAR = Function.of("add_Scalar", JAVA_LONG, JAVA_DOUBLE, JAVA_DOUBLE, ADDRESS);
    private static final Function MUL_SCALAR = Function.of("mul_Scalar", JAVA_LONG, JAVA_DOUBLE, ADDRESS);
    private static final Function POW_SCALAR = Function.of("pow_Tensor_Scalar", JAVA_LONG, JAVA_DOUBLE, ADDRESS);
    private static final Function ADDMM_OUT =
            Function.of("addmm_out", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_DOUBLE, JAVA_DOUBLE);
    private static final Function CAT = Function.of("cat", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);

    /// One function in its CPU and, where CUDA is loaded, its CUDA form.
    private record Function(
            String name, MethodHandle cpu, @Nullable MethodHandle cuda) {
        static Function of(String name, MemoryLayout... arguments) {
            return new Function(
                    name,
                    Abi.bind("aoti_torch_cpu_" + name, arguments),
                    Abi.TORCH.cuda() ? Abi.bind("aoti_torch_cuda_" + name, arguments) : null);
        }

        MethodHandle on(long handle) {
            MethodHandle gpu = cuda;
            return gpu != null && Tensors.deviceType(handle) == Tensors.CUDA ? gpu : cpu;
        }
    }

    private Typed() {}

    /// `a + alpha b`, broadcast. Floating types only: LibTorch refuses a floating alpha for integers.
    public static long add(NativeTensor a, NativeTensor b, double alpha) {
        Scratch scratch = Scratch.get();
        int error;
        try {
            error = (int) ADD_TENSOR.on(a.handle()).invokeExact(a.handle(), b.handle(), alpha, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return result(error, scratch, ADD_TENSOR, a, b, alpha);
    }

    /// `a + value`. Floating types only.
    public static long add(NativeTensor a, double value) {
        Scratch scratch = Scratch.get();
        int error;
        try {
            error = (int) ADD_SCALAR.on(a.handle()).invokeExact(a.handle(), value, 1.0, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return result(error, scratch, ADD_SCALAR, a, value);
    }

    /// `a value`.
    public static long mul(NativeTensor a, double value) {
        Scratch scratch = Scratch.get();
        int error;
        try {
            error = (int) MUL_SCALAR.on(a.handle()).invokeExact(a.handle(), value, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return result(error, scratch, MUL_SCALAR, a, value);
    }

    /// `a ^ exponent`.
    public static long pow(NativeTensor a, double exponent) {
        Scratch scratch = Scratch.get();
        int error;
        try {
            error = (int) POW_SCALAR.on(a.handle()).invokeExact(a.handle(), exponent, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return result(error, scratch, POW_SCALAR, a, exponent);
    }

    /// `acc = beta acc + alpha a b`, in place.
    public static void addmm(NativeTensor acc, NativeTensor a, NativeTensor b, double beta, double alpha) {
        int error;
        try {
            error = (int) ADDMM_OUT
                    .on(acc.handle())
                    .invokeExact(acc.handle(), acc.handle(), a.handle(), b.handle(), beta, alpha);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        if (error != 0) {
            throw Dispatcher.refused("addmm_", acc, a, b, beta, alpha);
        }
    }

    /// The tensors one after the other along a dimension.
    public static long cat(List<? extends NativeTensor> tensors, long dim) {
        Scratch scratch = Scratch.get();
        int error;
        try (Arena arena = Arena.ofConfined()) {
            long[] handles = tensors.stream().mapToLong(NativeTensor::handle).toArray();
            error = (int) CAT.on(handles[0])
                    .invokeExact(arena.allocateFrom(JAVA_LONG, handles), (long) handles.length, dim, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return result(error, scratch, CAT, tensors.toArray());
    }

    private static long result(int error, Scratch scratch, Function function, Object... given) {
        if (error != 0) {
            throw Dispatcher.refused("aten::" + function.name(), given);
        }
        return Tensors.owned(scratch.out());
    }

    private static RuntimeException rethrown(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        throw Abi.wrongSignature(thrown);
    }
}

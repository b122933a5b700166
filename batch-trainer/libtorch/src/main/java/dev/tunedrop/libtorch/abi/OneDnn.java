package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Products by oneDNN, through the ABI's own functions for it, which a LibTorch built without oneDNN does not have.
/// Operands may have any strides; the left one is copied where its rows do not lie in order.
public final class OneDnn {

    /// x, w, no bias, name of what follows, its numbers, how many, its algorithm, result
    private static final Optional<MethodHandle> LINEAR = Abi.bindIfThere(
            "aoti_torch_cpu__linear_pointwise",
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS);

    /// x, other, w, no bias, name of what is done with other, result
    private static final Optional<MethodHandle> LINEAR_AND_OTHER = Abi.bindIfThere(
            "aoti_torch_cpu__linear_pointwise_binary", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);

    private static final MemorySegment NOTHING = Arena.global().allocateFrom("none");
    private static final MemorySegment ADD = Arena.global().allocateFrom("add");

    private OneDnn() {}

    /// Whether this LibTorch has it.
    public static boolean isHere() {
        return LINEAR.isPresent() && LINEAR_AND_OTHER.isPresent();
    }

    /// `x wᵀ`, for x (…, K) and w (M, K): (…, M).
    public static long linear(NativeTensor x, NativeTensor w) {
        Scratch scratch = Scratch.get();
        int error;
        try {
            error = (int) LINEAR.orElseThrow()
                    .invokeExact(
                            x.handle(),
                            w.handle(),
                            MemorySegment.NULL,
                            NOTHING,
                            MemorySegment.NULL,
                            0L,
                            MemorySegment.NULL,
                            scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        if (error != 0) throw Dispatcher.refused("mkldnn::_linear_pointwise", x, w);
        return Tensors.owned(scratch.out());
    }

    /// `x wᵀ + other`, for x (N, K), w (M, K) and other (N, M).
    public static long linearPlus(NativeTensor x, NativeTensor w, NativeTensor other) {
        Scratch scratch = Scratch.get();
        int error;
        try {
            error = (int) LINEAR_AND_OTHER
                    .orElseThrow()
                    .invokeExact(x.handle(), other.handle(), w.handle(), MemorySegment.NULL, ADD, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        if (error != 0) throw Dispatcher.refused("mkldnn::_linear_pointwise.binary", x, other, w);
        return Tensors.owned(scratch.out());
    }

    private static RuntimeException rethrown(Throwable thrown) {
        if (thrown instanceof RuntimeException e) return e;
        throw Abi.wrongSignature(thrown);
    }
}

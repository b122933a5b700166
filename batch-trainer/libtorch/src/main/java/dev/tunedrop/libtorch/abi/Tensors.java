package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// Makes, views, copies, reads and frees tensors. Every `long` that is answered as a handle is the caller's to free.
public final class Tensors {
    private static final AtomicLong LIVE = new AtomicLong();

    private static final MethodHandle NEW_HANDLE = Abi.bind("aoti_torch_new_tensor_handle", JAVA_LONG, ADDRESS);
    private static final MethodHandle UNDEFINED = Abi.bind("aoti_torch_new_uninitialized_tensor", ADDRESS);
    private static final MethodHandle DELETE = Abi.bind("aoti_torch_delete_tensor_object", JAVA_LONG);
    private static final MethodHandle EMPTY =
            Abi.bind("aoti_torch_empty_strided", JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle FROM_BLOB = Abi.bind(
            "aoti_torch_create_tensor_from_blob",
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS);
    private static final MethodHandle REINTERPRET =
            Abi.bind("aoti_torch__reinterpret_tensor", JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle COPY = Abi.bind("aoti_torch_copy_", JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle ZERO = Abi.bind("aoti_torch_zero_", JAVA_LONG);

    private static final MethodHandle DIM = Abi.bindGetter("aoti_torch_get_dim", JAVA_LONG, ADDRESS);
    private static final MethodHandle SIZES = Abi.bindGetter("aoti_torch_get_sizes", JAVA_LONG, ADDRESS);
    private static final MethodHandle STRIDES = Abi.bindGetter("aoti_torch_get_strides", JAVA_LONG, ADDRESS);
    private static final MethodHandle DTYPE = Abi.bindGetter("aoti_torch_get_dtype", JAVA_LONG, ADDRESS);
    private static final MethodHandle DEVICE_TYPE = Abi.bindGetter("aoti_torch_get_device_type", JAVA_LONG, ADDRESS);
    private static final MethodHandle DEVICE_INDEX = Abi.bindGetter("aoti_torch_get_device_index", JAVA_LONG, ADDRESS);
    private static final MethodHandle DATA = Abi.bind("aoti_torch_get_data_ptr", JAVA_LONG, ADDRESS);

    /// Device type codes of `c10::DeviceType`.
    public static final int CPU = 0;

    public static final int CUDA = 1;

    private Tensors() {}

    /// How many handles were made and not yet freed, in the whole process.
    public static long live() {
        return LIVE.get();
    }

    /// Takes a handle that LibTorch made into the count.
    static long owned(long handle) {
        LIVE.incrementAndGet();
        return handle;
    }

    /// A second handle on the same tensor, for a callee that consumes it. It is not counted as live.
    static long handleToConsume(long handle) {
        Scratch scratch = Scratch.get();
        try {
            must("new_tensor_handle", (int) NEW_HANDLE.invokeExact(handle, scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return scratch.out();
    }

    /// A handle on no tensor at all, for a callee that consumes it. It is not counted as live.
    static long undefinedToConsume() {
        Scratch scratch = Scratch.get();
        try {
            must("new_uninitialized_tensor", (int) UNDEFINED.invokeExact(scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return scratch.out();
    }

    /// A second handle on the same tensor.
    public static long alias(long handle) {
        return owned(handleToConsume(handle));
    }

    /// Frees a handle, and the tensor's memory if it was the last on it.
    public static void delete(long handle) {
        try {
            must("delete_tensor_object", (int) DELETE.invokeExact(handle));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        LIVE.decrementAndGet();
    }

    /// A new tensor whose contents are undefined.
    public static long empty(long[] sizes, long[] strides, int dtype, int deviceType, int deviceIndex) {
        Scratch scratch = Scratch.get();
        scratch.sizes(sizes);
        scratch.strides(strides);
        int error;
        try {
            error = (int) EMPTY.invokeExact(
                    (long) sizes.length, scratch.sizes, scratch.strides, dtype, deviceType, deviceIndex, scratch.out);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        if (error != 0) {
            throw new LibTorchException("LibTorch could not allocate " + DTypes.of(dtype) + Arrays.toString(sizes)
                    + " on " + (deviceType == CPU ? "the CPU" : "GPU " + deviceIndex)
                    + "; use smaller batches or a machine with more memory.");
        }
        return owned(scratch.out());
    }

    /// A CPU tensor on memory of the caller's, which must outlive every tensor on it.
    public static long fromMemory(long address, long[] sizes, long[] strides, int dtype) {
        Scratch scratch = Scratch.get();
        scratch.sizes(sizes);
        scratch.strides(strides);
        try {
            must("create_tensor_from_blob", (int) FROM_BLOB.invokeExact(
                    address, (long) sizes.length, scratch.sizes, scratch.strides, 0L, dtype, CPU, 0, scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return owned(scratch.out());
    }

    /// A view of the same storage: other sizes and strides, starting `offset` elements after this tensor's first.
    public static long view(long handle, long[] sizes, long[] strides, long offset) {
        Scratch scratch = Scratch.get();
        scratch.sizes(sizes);
        scratch.strides(strides);
        try {
            must("_reinterpret_tensor", (int) REINTERPRET.invokeExact(
                    handle, (long) sizes.length, scratch.sizes, scratch.strides, offset, scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return owned(scratch.out());
    }

    /// `target[...] = source`, broadcast, cast and moved between devices as needed.
    public static void copy(NativeTensor target, NativeTensor source) {
        try {
            if ((int) COPY.invokeExact(target.handle(), source.handle(), 0) != 0) {
                throw new LibTorchException(
                        "LibTorch refused to copy " + source.describe() + " into " + target.describe() + ".");
            }
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// `target[...] = 0`.
    public static void zero(NativeTensor target) {
        try {
            must("zero_", (int) ZERO.invokeExact(target.handle()));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// The tensor's sizes.
    public static long[] sizes(long handle) {
        return longs(SIZES, "get_sizes", handle);
    }

    /// The tensor's strides, in elements.
    public static long[] strides(long handle) {
        return longs(STRIDES, "get_strides", handle);
    }

    private static long[] longs(MethodHandle getter, String name, long handle) {
        int dims = Math.toIntExact(longOf(DIM, "get_dim", handle));
        Scratch scratch = Scratch.get();
        try {
            must(name, (int) getter.invokeExact(handle, scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return MemorySegment.ofAddress(scratch.out()).reinterpret(8L * dims).toArray(JAVA_LONG);
    }

    /// The code of the tensor's scalar type.
    public static int dtype(long handle) {
        return intOf(DTYPE, "get_dtype", handle);
    }

    /// [#CPU] or [#CUDA].
    public static int deviceType(long handle) {
        return intOf(DEVICE_TYPE, "get_device_type", handle);
    }

    /// The number of the GPU.
    public static int deviceIndex(long handle) {
        return intOf(DEVICE_INDEX, "get_device_index", handle);
    }

    /// The address of the first element.
    public static long data(long handle) {
        return longOf(DATA, "get_data_ptr", handle);
    }

    private static long longOf(MethodHandle getter, String name, long handle) {
        Scratch scratch = Scratch.get();
        try {
            must(name, (int) getter.invokeExact(handle, scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return scratch.out();
    }

    private static int intOf(MethodHandle getter, String name, long handle) {
        Scratch scratch = Scratch.get();
        try {
            must(name, (int) getter.invokeExact(handle, scratch.out));
        } catch (Throwable e) {
            throw rethrown(e);
        }
        return scratch.out.get(JAVA_INT, 0);
    }

    private static void must(String function, int error) {
        if (error != 0) {
            throw new LibTorchException(
                    "LibTorch's aoti_torch_" + function + " failed; its own message is on standard error.");
        }
    }

    private static RuntimeException rethrown(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        throw Abi.wrongSignature(thrown);
    }
}

package dev.tunedrop.libtorch.natives;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;

/// What the NVIDIA driver (`libcuda.so.1`, the CUDA driver API) says of this machine's devices.
public final class CudaDriver {
    static final String LIBRARY = "libcuda.so.1";
    private static final boolean PRESENT = NativeLoader.open(LIBRARY).isEmpty();

    /// One GPU.
    ///
    /// @param index       its number, from 0
    /// @param name        for example `NVIDIA H200`
    /// @param memoryBytes all of its memory
    /// @param capability  compute capability, for example `9.0`
    public record Gpu(int index, String name, long memoryBytes, String capability) {}

    /// A device's memory as the driver counts it, for all processes together.
    ///
    /// @param freeBytes  what nobody holds
    /// @param totalBytes all of it
    public record Memory(long freeBytes, long totalBytes) {}

    private CudaDriver() {}

    /// Whether the driver's library loads.
    public static boolean isPresent() {
        return PRESENT;
    }

    /// The devices; empty without a driver or when the driver sees none.
    public static List<Gpu> gpus() {
        if (!PRESENT) {
            return List.of();
        }
        SymbolLookup cuda = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(256, 8);
            if (call(cuda, "cuInit", List.of(JAVA_INT), 0) != 0
                    || call(cuda, "cuDeviceGetCount", List.of(ADDRESS), out) != 0) {
                return List.of();
            }
            int count = out.get(JAVA_INT, 0);
            List<Gpu> gpus = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                gpus.add(gpu(cuda, out, i));
            }
            return List.copyOf(gpus);
        }
    }

    /// The memory of a device now. LibTorch's allocator keeps what it once took from the driver, so after a run the
    /// difference in free bytes is the largest amount the run held, the allocator's own rounding included.
    public static Memory memory(int index) {
        SymbolLookup cuda = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(16, 8);
            must("cuInit", call(cuda, "cuInit", List.of(JAVA_INT), 0));
            must("cuDeviceGet", call(cuda, "cuDeviceGet", List.of(ADDRESS, JAVA_INT), out, index));
            int device = out.get(JAVA_INT, 0);
            must(
                    "cuDevicePrimaryCtxRetain",
                    call(cuda, "cuDevicePrimaryCtxRetain", List.of(ADDRESS, JAVA_INT), out, device));
            try {
                MemorySegment context = out.get(ADDRESS, 0);
                must("cuCtxPushCurrent", call(cuda, "cuCtxPushCurrent_v2", List.of(ADDRESS), context));
                MemorySegment total = out.asSlice(8);
                int error = call(cuda, "cuMemGetInfo_v2", List.of(ADDRESS, ADDRESS), out, total);
                Memory memory = new Memory(out.get(JAVA_LONG, 0), total.get(JAVA_LONG, 0));
                must("cuCtxPopCurrent", call(cuda, "cuCtxPopCurrent_v2", List.of(ADDRESS), out));
                must("cuMemGetInfo", error);
                return memory;
            } finally {
                must(
                        "cuDevicePrimaryCtxRelease",
                        call(cuda, "cuDevicePrimaryCtxRelease_v2", List.of(JAVA_INT), device));
            }
        }
    }

    private static Gpu gpu(SymbolLookup cuda, MemorySegment out, int index) {
        must("cuDeviceGet", call(cuda, "cuDeviceGet", List.of(ADDRESS, JAVA_INT), out, index));
        int device = out.get(JAVA_INT, 0);
        must("cuDeviceGetName", call(cuda, "cuDeviceGetName", List.of(ADDRESS, JAVA_INT, JAVA_INT), out, 256, device));
        String name = out.getString(0);
        must("cuDeviceTotalMem", call(cuda, "cuDeviceTotalMem_v2", List.of(ADDRESS, JAVA_INT), out, device));
        long memory = out.get(JAVA_LONG, 0);
        return new Gpu(index, name, memory, attribute(cuda, out, 75, device) + "." + attribute(cuda, out, 76, device));
    }

    private static int attribute(SymbolLookup cuda, MemorySegment out, int attribute, int device) {
        must(
                "cuDeviceGetAttribute",
                call(cuda, "cuDeviceGetAttribute", List.of(ADDRESS, JAVA_INT, JAVA_INT), out, attribute, device));
        return out.get(JAVA_INT, 0);
    }

    private static void must(String function, int error) {
        if (error != 0) {
            throw new IllegalStateException(
                    "The NVIDIA driver's " + function + " failed with error " + error + "; check nvidia-smi.");
        }
    }

    private static int call(SymbolLookup cuda, String name, List<MemoryLayout> arguments, Object... values) {
        try {
            return (int) Linker.nativeLinker()
                    .downcallHandle(
                            cuda.findOrThrow(name),
                            FunctionDescriptor.of(JAVA_INT, arguments.toArray(MemoryLayout[]::new)))
                    .invokeWithArguments(values);
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
    }
}

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
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentHashMap;

/// Kernels of our own on a GPU, compiled by the NVIDIA driver from PTX and launched through its API. They run in the
/// device's primary context, the one that LibTorch uses, so that both see the same memory and streams.
///
/// A module stays loaded as long as the process.
public final class CudaModule {
    private final Driver driver;
    private final MemorySegment context;
    private final MemorySegment module;
    private final ConcurrentHashMap<String, MemorySegment> functions = new ConcurrentHashMap<>();

    /// The driver's functions that are called once a launch, and those that load.
    private record Driver(
            MethodHandle init,
            MethodHandle device,
            MethodHandle retain,
            MethodHandle makeCurrent,
            MethodHandle load,
            MethodHandle function,
            MethodHandle launch,
            MethodHandle explain) {
        static Driver open() {
            if (!CudaDriver.isPresent()) {
                throw new IllegalStateException("no NVIDIA driver (" + CudaDriver.LIBRARY + ") loads");
            }
            SymbolLookup cuda = SymbolLookup.libraryLookup(CudaDriver.LIBRARY, Arena.global());
            return new Driver(
                    bind(cuda, "cuInit", JAVA_INT),
                    bind(cuda, "cuDeviceGet", ADDRESS, JAVA_INT),
                    bind(cuda, "cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT),
                    bind(cuda, "cuCtxSetCurrent", ADDRESS),
                    bind(cuda, "cuModuleLoadData", ADDRESS, ADDRESS),
                    bind(cuda, "cuModuleGetFunction", ADDRESS, ADDRESS, ADDRESS),
                    bind(
                            cuda,
                            "cuLaunchKernel",
                            ADDRESS,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_INT,
                            JAVA_LONG,
                            ADDRESS,
                            ADDRESS),
                    bind(cuda, "cuGetErrorString", JAVA_INT, ADDRESS));
        }

        private static MethodHandle bind(SymbolLookup cuda, String name, MemoryLayout... arguments) {
            return Linker.nativeLinker()
                    .downcallHandle(cuda.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
        }

        void must(String function, int error) {
            if (error == 0) {
                return;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment text = arena.allocate(ADDRESS);
                boolean known = (int) explain.invokeExact(error, text) == 0;
                throw new IllegalStateException("the NVIDIA driver's " + function + " failed with error " + error
                        + (known ? ", " + text.get(ADDRESS, 0).reinterpret(4096).getString(0) : ""));
            } catch (RuntimeException e) {
                throw e;
            } catch (Throwable e) {
                throw wrongSignature(e);
            }
        }
    }

    private CudaModule(Driver driver, MemorySegment context, MemorySegment module) {
        this.driver = driver;
        this.context = context;
        this.module = module;
    }

    /// Compiles a PTX text for a device.
    ///
    /// @throws IllegalStateException with the driver's reason where it does not take it
    public static CudaModule load(String ptx, int deviceIndex) {
        Driver driver = Driver.open();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            driver.must("cuInit", (int) driver.init.invokeExact(0));
            driver.must("cuDeviceGet", (int) driver.device.invokeExact(out, deviceIndex));
            int device = out.get(JAVA_INT, 0);
            driver.must("cuDevicePrimaryCtxRetain", (int) driver.retain.invokeExact(out, device));
            MemorySegment context = out.get(ADDRESS, 0);
            driver.must("cuCtxSetCurrent", (int) driver.makeCurrent.invokeExact(context));
            driver.must("cuModuleLoadData", (int) driver.load.invokeExact(out, arena.allocateFrom(ptx)));
            return new CudaModule(driver, context, out.get(ADDRESS, 0));
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw wrongSignature(e);
        }
    }

    /// Queues a kernel.
    ///
    /// @param name      of the kernel in the PTX
    /// @param blocks    how many blocks, in one dimension
    /// @param threads   of each block
    /// @param arguments one pointer to each argument's value; values are copied before this returns
    /// @param stream    the CUDA stream
    public void launch(String name, int blocks, int threads, MemorySegment arguments, long stream) {
        MemorySegment function = functions.computeIfAbsent(name, this::function);
        try {
            driver.must("cuCtxSetCurrent", (int) driver.makeCurrent.invokeExact(context));
            driver.must("cuLaunchKernel of " + name, (int) driver.launch.invokeExact(
                    function, blocks, 1, 1, threads, 1, 1, 0, stream, arguments, MemorySegment.NULL));
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw wrongSignature(e);
        }
    }

    private MemorySegment function(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            driver.must("cuModuleGetFunction of " + name, (int)
                    driver.function.invokeExact(out, module, arena.allocateFrom(name)));
            return out.get(ADDRESS, 0);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw wrongSignature(e);
        }
    }

    private static AssertionError wrongSignature(Throwable thrown) {
        return new AssertionError("a function of the NVIDIA driver was called with a wrong signature", thrown);
    }
}

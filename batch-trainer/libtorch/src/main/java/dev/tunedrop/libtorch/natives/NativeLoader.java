package dev.tunedrop.libtorch.natives;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Loads shared libraries for the life of the process, whatever they need from their own directory first.
///
/// Builds of LibTorch differ in what lies beside `libtorch_cpu.so` (a renamed libgomp, OpenBLAS, MKL) and in whether
/// it is found from there. So a library that does not load is tried again after its neighbours were.
final class NativeLoader {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle DLOPEN = function("dlopen", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT));
    private static final MethodHandle DLERROR = function("dlerror", FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle SETENV =
            function("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final int RTLD_LAZY = 1;
    private static final int RTLD_GLOBAL = 0x100;

    /// What LibTorch may ask of its own directory; nothing else there is touched.
    private static final List<String> NEIGHBOURS = List.of(
            "libgcc_s",
            "libquadmath",
            "libgfortran",
            "libgomp",
            "libiomp",
            "libopenblas",
            "libmkl",
            "libcudart",
            "libcublas",
            "libcudnn",
            "libcusparse",
            "libcufft",
            "libcurand",
            "libcusolver",
            "libnvrtc",
            "libnvJitLink",
            "libnccl",
            "libnvshmem",
            "libcufile",
            "libcudss",
            "libcupti");

    private NativeLoader() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }

    /// Loads `directory/name` and answers its symbols.
    static SymbolLookup load(Path directory, String name) {
        Path library = directory.resolve(name);
        Optional<String> error = open(library);
        if (error.isPresent()) {
            loadNeighbours(directory);
            error = open(library);
        }
        if (error.isPresent()) {
            throw new LibTorchUnavailableException("LibTorch's " + library + " does not load (" + error.get()
                    + "); install what it misses, or point " + NativeFinder.VARIABLE + " at another LibTorch.");
        }
        return SymbolLookup.libraryLookup(library, Arena.global());
    }

    /// Lets GNU OpenMP's threads sleep between operators instead of spinning, unless the environment says otherwise.
    /// Threads that spin on cores they share make small operators up to 300 times slower: a 32 x 32 bf16 product on
    /// 2 busy cores took 40 µs asleep and 12,600 µs spinning. To be called before libgomp loads.
    static void letThreadsSleep(Map<String, String> environment) {
        if (environment.containsKey("OMP_WAIT_POLICY") || environment.containsKey("GOMP_SPINCOUNT")) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            int error = (int) SETENV.invokeExact(arena.allocateFrom("GOMP_SPINCOUNT"), arena.allocateFrom("0"), 0);
            if (error != 0) {
                throw new IllegalStateException("setenv GOMP_SPINCOUNT failed");
            }
        } catch (Throwable e) {
            throw new IllegalStateException("setenv GOMP_SPINCOUNT", e);
        }
    }

    private static void loadNeighbours(Path directory) {
        List<Path> waiting = new ArrayList<>(neighbours(directory));
        boolean progress = true;
        while (progress) { // each pass can load what only needed a library of the pass before
            progress = waiting.removeIf(library -> open(library).isEmpty());
        }
    }

    /// The libraries beside LibTorch, and those that Python packages put into `nvidia/…/lib` beside the package torch.
    private static List<Path> neighbours(Path directory) {
        List<Path> all = new ArrayList<>(libraries(directory));
        Path packages = directory.resolve("../../nvidia").normalize();
        if (Files.isDirectory(packages)) {
            try (Stream<Path> folders = Files.list(packages)) {
                folders.map(folder -> folder.resolve("lib"))
                        .filter(Files::isDirectory)
                        .sorted()
                        .forEach(folder -> all.addAll(libraries(folder)));
            } catch (IOException e) {
                throw unlisted(packages, e);
            }
        }
        return all;
    }

    private static List<Path> libraries(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> NEIGHBOURS.stream()
                            .anyMatch(name -> file.getFileName().toString().startsWith(name)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unlisted(directory, e);
        }
    }

    private static LibTorchUnavailableException unlisted(Path directory, IOException e) {
        return new LibTorchUnavailableException(
                directory + " cannot be listed (" + e.getMessage() + "); make it readable.", e);
    }

    /// The dynamic linker's complaint, or empty when the library is loaded.
    static Optional<String> open(Path library) {
        return open(library.toString());
    }

    static Optional<String> open(String library) {
        try (Arena arena = Arena.ofConfined()) {
            long handle = (long) DLOPEN.invokeExact(arena.allocateFrom(library), RTLD_LAZY | RTLD_GLOBAL);
            if (handle != 0) {
                return Optional.empty();
            }
            MemorySegment error = (MemorySegment) DLERROR.invokeExact();
            return Optional.of(
                    error.address() == 0
                            ? "no reason given"
                            : error.reinterpret(4096).getString(0));
        } catch (Throwable e) {
            throw new IllegalStateException("dlopen " + library, e);
        }
    }
}

package dev.tunedrop.trainer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The kernels' own sources, compiled for the CPU by g++: what a GPU would compute, one thread after another.
public final class HostLauncher implements Launcher {

    private static final Path SOURCE = Path.of("src/test/cuda/host.cpp");
    private static final Path KERNELS = Path.of("src/main/cuda");

    private final MethodHandle launch;
    private final Set<String> launches = ConcurrentHashMap.newKeySet();

    private HostLauncher(MethodHandle launch) {
        this.launch = launch;
    }

    /// Skips the test where there is no g++.
    public static HostLauncher compiled() {
        assumeTrue(hasCompiler(), "g++ is absent: the kernels are not tried on the CPU");
        try {
            Path directory = Files.createTempDirectory("tunedrop-kernels");
            Path library = directory.resolve("kernels.so");
            Process compiler = new ProcessBuilder(
                            "g++",
                            "-std=c++17",
                            "-O2",
                            "-ffp-contract=off",
                            "-Wall",
                            "-Werror",
                            "-Wno-unknown-pragmas",
                            "-shared",
                            "-fPIC",
                            "-I" + KERNELS,
                            SOURCE.toString(),
                            "-o",
                            library.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(compiler.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(compiler.waitFor()).as(said).isZero();
            MemorySegment function =
                    SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("launch_on_host");
            Files.delete(library);
            Files.delete(directory);
            return new HostLauncher(Linker.nativeLinker()
                    .downcallHandle(
                            function,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasCompiler() {
        for (String directory : System.getenv("PATH").split(":", -1))
            if (Files.isExecutable(Path.of(directory, "g++"))) return true;
        return false;
    }

    @Override
    public boolean runs(Kernel kernel, long elements) {
        return kernel != Kernel.ATTENTION;
    }

    /// One launch at a time: the emulation has one set of shared memory.
    @Override
    public synchronized void launch(String entry, int blocks, int threads, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            int error =
                    (int) launch.invokeExact(arena.allocateFrom(entry), blocks, threads, Arguments.pointers(arguments));
            if (error != 0) throw new IllegalStateException("no kernel is named " + entry);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        launches.add(entry);
    }

    /// Which entry points ran since this was asked last, sorted.
    public List<String> launched() {
        List<String> names = new ArrayList<>(launches);
        launches.clear();
        names.sort(null);
        return names;
    }
}

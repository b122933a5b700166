package dev.tunedrop.libtorch.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Says in which directory LibTorch's libraries lie. In this order:
///
/// 1. the directory `TUNEDROP_LIBTORCH` names (or its `lib`),
/// 2. on a machine with an NVIDIA driver, `torch/lib` of the Python that `python3` starts,
/// 3. the libraries that come with the product, unpacked into the user's cache.
///
/// @param environment the process's environment
/// @param cuda        whether this machine has an NVIDIA driver
/// @param python      `torch/lib` of the Python at hand
/// @param bundled     unpacks what came with the product
public record NativeFinder(
        Map<String, String> environment, boolean cuda, Supplier<Optional<Path>> python, Supplier<Path> bundled) {
    /// The environment variable that names a LibTorch directory.
    public static final String VARIABLE = "TUNEDROP_LIBTORCH";

    static final String MAIN_LIBRARY = "libtorch_cpu.so";
    private static final String WHERE_IS_TORCH = "import importlib.util as u; s = u.find_spec('torch'); "
            + "print(s.submodule_search_locations[0] if s else '')";

    public NativeFinder {
        environment = Map.copyOf(environment);
    }

    /// The finder for this process.
    public static NativeFinder ofThisMachine() {
        Map<String, String> environment = System.getenv();
        return new NativeFinder(
                environment,
                CudaDriver.isPresent(),
                NativeFinder::torchOfPython,
                () -> BundledNatives.ofClasspath().unpackInto(BundledNatives.cache(environment)));
    }

    /// The directory that holds `libtorch_cpu.so`.
    public Path find() {
        String named = environment.get(VARIABLE);
        Path directory = named != null && !named.isBlank() ? named(Path.of(named)) : unnamed();
        Version.beside(directory).ifPresent(version -> version.mustBeRecent(directory));
        return directory;
    }

    private Path unnamed() {
        Optional<Path> torch = cuda ? python.get() : Optional.empty();
        return torch.orElseGet(bundled);
    }

    private static Path named(Path directory) {
        for (Path place : new Path[] {directory, directory.resolve("lib")}) {
            if (Files.isRegularFile(place.resolve(MAIN_LIBRARY))) {
                return place.toAbsolutePath();
            }
        }
        throw new LibTorchUnavailableException(VARIABLE + " is " + directory + ", where there is no " + MAIN_LIBRARY
                + "; name the directory of a LibTorch " + Version.OLDEST
                + " or newer, or unset it to use the one that comes with Tunedrop.");
    }

    private static Optional<Path> torchOfPython() {
        try {
            Process process = new ProcessBuilder("python3", "-c", WHERE_IS_TORCH)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            Path directory = Path.of(answer).resolve("lib");
            return answer.isEmpty() || !Files.isRegularFile(directory.resolve(MAIN_LIBRARY))
                    ? Optional.empty()
                    : Optional.of(directory);
        } catch (IOException e) { // no python3 on this machine
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LibTorchUnavailableException("The search for LibTorch was interrupted; start again.", e);
        }
    }
}

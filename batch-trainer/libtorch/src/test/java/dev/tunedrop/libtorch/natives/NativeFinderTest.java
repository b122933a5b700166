package dev.tunedrop.libtorch.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFinderTest {
    @TempDir
    Path home;

    @Test
    void theNamedDirectoryWins() throws IOException {
        Path torch = libTorch("mine", "2.8.0");
        assertThat(finder(Map.of("TUNEDROP_LIBTORCH", torch.toString()), true, Optional.of(home))
                        .find())
                .isEqualTo(torch);
        assertThat(finder(Map.of("TUNEDROP_LIBTORCH", home.resolve("mine").toString()), false, Optional.empty())
                        .find())
                .isEqualTo(torch);
    }

    @Test
    void pythonsLibTorchIsForMachinesWithAGpu() throws IOException {
        Path torch = libTorch("python", "2.9.1+cu128");
        assertThat(finder(Map.of(), true, Optional.of(torch)).find()).isEqualTo(torch);
        assertThat(finder(Map.of(), false, Optional.of(torch)).find()).isEqualTo(home.resolve("bundled"));
        assertThat(finder(Map.of(), true, Optional.empty()).find()).isEqualTo(home.resolve("bundled"));
        assertThat(finder(Map.of("TUNEDROP_LIBTORCH", " "), false, Optional.empty())
                        .find())
                .isEqualTo(home.resolve("bundled"));
    }

    @Test
    void aDirectoryWithoutLibTorchIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> finder(Map.of("TUNEDROP_LIBTORCH", home.toString()), false, Optional.empty())
                        .find())
                .isInstanceOf(LibTorchUnavailableException.class)
                .hasMessageContaining(home.toString())
                .hasMessageContaining("libtorch_cpu.so")
                .hasMessageContaining("unset it");
    }

    @Test
    void aLibTorchOlderThanTwoPointSevenIsRefused() throws IOException {
        Path torch = libTorch("old", "2.6.0+cpu");
        assertThatThrownBy(() -> finder(Map.of("TUNEDROP_LIBTORCH", torch.toString()), false, Optional.empty())
                        .find())
                .isInstanceOf(LibTorchUnavailableException.class)
                .hasMessageContaining("is 2.6.0+cpu, and 2.7 or newer is needed")
                .hasMessageContaining("TUNEDROP_LIBTORCH");
    }

    @Test
    void aFileThatIsNoLibraryIsRefusedWithTheLinkersWords() throws IOException {
        Path torch = libTorch("broken", "2.7.0");
        assertThatThrownBy(() -> NativeLoader.load(torch, "libtorch_cpu.so"))
                .isInstanceOf(LibTorchUnavailableException.class)
                .hasMessageContaining(torch.resolve("libtorch_cpu.so").toString())
                .hasMessageContaining("file too short");
    }

    @Test
    void versionsCompareByNumbers() {
        assertThat(Version.parse("__version__ = '2.10.0+cu126'")).hasValueSatisfying(v -> {
            assertThat(v.text()).isEqualTo("2.10.0+cu126");
            assertThat(v.isOlderThan(Version.OLDEST)).isFalse();
        });
        assertThat(Version.ofAbi(0x020a000000000000L).text()).isEqualTo("2.10");
        assertThat(Version.ofAbi(0x0206000000000000L).isOlderThan(Version.OLDEST))
                .isTrue();
        assertThat(Version.parse("none")).isEmpty();
    }

    @Test
    void theBundledLibrariesAreUnpackedOnceAndWhole() throws IOException {
        Path jar = home.resolve("jar");
        Files.createDirectories(jar.resolve("native/lib"));
        Files.createDirectories(jar.resolve("pytorch/cpu/linux-x86_64"));
        Files.writeString(
                jar.resolve("native/lib/pytorch.properties"),
                "version=2.7.1\nclassifier=linux-x86_64\nlibraries=liba.so,libtorch_cpu.so\n");
        Files.writeString(jar.resolve("pytorch/cpu/linux-x86_64/liba.so"), "a");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            BundledNatives natives = BundledNatives.of(loader, "Linux", "amd64");
            Path cache = home.resolve("cache");
            assertThatThrownBy(() -> natives.unpackInto(cache))
                    .isInstanceOf(LibTorchUnavailableException.class)
                    .hasMessageContaining("libtorch_cpu.so is not in the jar");
            assertThat(cache.resolve("libtorch")).isEmptyDirectory();

            Files.writeString(jar.resolve("pytorch/cpu/linux-x86_64/libtorch_cpu.so"), "b");
            Path abandoned = Files.createDirectories(cache.resolve("libtorch/.unpacking-1"));
            Files.writeString(abandoned.resolve("liba.so"), "half");
            Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
            Path inUse = Files.createDirectories(cache.resolve("libtorch/.unpacking-2"));
            Path unpacked = natives.unpackInto(cache);
            assertThat(abandoned).doesNotExist();
            assertThat(inUse).exists();
            assertThat(unpacked).isEqualTo(cache.resolve("libtorch/2.7.1-linux-x86_64"));
            assertThat(unpacked.resolve("libtorch_cpu.so")).hasContent("b");
            assertThat(Version.beside(unpacked))
                    .hasValueSatisfying(v -> assertThat(v.text()).isEqualTo("2.7.1"));
            Files.writeString(unpacked.resolve("liba.so"), "kept");
            assertThat(natives.unpackInto(cache).resolve("liba.so")).hasContent("kept");

            assertThatThrownBy(() -> BundledNatives.of(loader, "Mac OS X", "aarch64"))
                    .hasMessageContaining("this machine is mac os x-aarch64")
                    .hasMessageContaining("TUNEDROP_LIBTORCH");
        }
    }

    @Test
    void anInstallationWithoutLibrariesSaysWhatToSet() throws IOException {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
            assertThatThrownBy(() -> BundledNatives.of(empty, "Linux", "amd64"))
                    .isInstanceOf(LibTorchUnavailableException.class)
                    .hasMessageContaining("LibTorch is missing")
                    .hasMessageContaining("TUNEDROP_LIBTORCH");
        }
    }

    private NativeFinder finder(Map<String, String> environment, boolean cuda, Optional<Path> python) {
        return new NativeFinder(environment, cuda, () -> python, () -> home.resolve("bundled"));
    }

    private Path libTorch(String name, String version) throws IOException {
        Path lib = Files.createDirectories(home.resolve(name).resolve("lib"));
        Files.createFile(lib.resolve("libtorch_cpu.so"));
        Files.writeString(home.resolve(name).resolve("version.py"), "__version__ = '" + version + "'\n");
        return lib;
    }
}

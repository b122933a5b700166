package dev.tunedrop.libtorch.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The LibTorch inside a jar on the class path (`ai.djl.pytorch:pytorch-native-cpu`). It is unpacked once for each
/// version: into a directory of its own, renamed when it is whole, so a killed or a second process never leaves or
/// meets half a library.
///
/// @param loader    where the jar's files are looked up
/// @param version   the version the jar says it has
/// @param platform  for example `linux-x86_64`
/// @param libraries the file names to unpack
public record BundledNatives(ClassLoader loader, String version, String platform, List<String> libraries) {
    private static final Logger LOG = LoggerFactory.getLogger(BundledNatives.class);
    private static final String PARTIAL = ".unpacking-";
    private static final String PROPERTIES = "native/lib/pytorch.properties";

    public BundledNatives {
        libraries = List.copyOf(libraries);
    }

    static BundledNatives ofClasspath() {
        return of(BundledNatives.class.getClassLoader(), System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static BundledNatives of(ClassLoader loader, String os, String architecture) {
        String machine = os.toLowerCase(Locale.ROOT) + "-" + architecture.replace("amd64", "x86_64");
        Properties properties = new Properties();
        try (InputStream in = loader.getResourceAsStream(PROPERTIES)) {
            if (in == null) {
                throw missing("no LibTorch comes with this installation");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new LibTorchUnavailableException(
                    "The LibTorch that comes with this installation cannot be read (" + e.getMessage()
                            + "); install Tunedrop again.",
                    e);
        }
        String platform = properties.getProperty("classifier", "");
        if (!platform.equals(machine)) {
            throw missing(
                    "this machine is " + machine + " and the LibTorch that comes with Tunedrop is for " + platform);
        }
        return new BundledNatives(
                loader,
                properties.getProperty("version", "unknown"),
                platform,
                List.of(properties.getProperty("libraries", "").split(",")));
    }

    private static LibTorchUnavailableException missing(String why) {
        return new LibTorchUnavailableException("LibTorch is missing: " + why + "; set " + NativeFinder.VARIABLE
                + " to the directory of a LibTorch " + Version.OLDEST + " or newer.");
    }

    /// `$TUNEDROP_CACHE`, or `.cache/tunedrop` in the user's home.
    public static Path cache(Map<String, String> environment) {
        String named = environment.get("TUNEDROP_CACHE");
        return named != null && !named.isBlank()
                ? Path.of(named)
                : Path.of(System.getProperty("user.home"), ".cache", "tunedrop");
    }

    /// The directory that holds the libraries, unpacked now if they were not before.
    public Path unpackInto(Path cache) {
        Path parent = cache.toAbsolutePath().resolve("libtorch");
        Path target = parent.resolve(version + "-" + platform);
        if (Files.isDirectory(target)) {
            return target;
        }
        try {
            Files.createDirectories(parent);
            deleteAbandoned(parent);
            Path partial = Files.createTempDirectory(parent, PARTIAL);
            try {
                LOG.info("Unpacking LibTorch {} into {}", version, target);
                for (String library : libraries) {
                    unpack(library, partial.resolve(library));
                }
                Files.writeString(partial.resolve("version.txt"), version + "\n");
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                delete(partial);
                if (!Files.isDirectory(target)) { // else another process was first
                    throw e;
                }
            }
            return target;
        } catch (IOException e) {
            throw new LibTorchUnavailableException(
                    "LibTorch cannot be unpacked into " + target + " (" + e
                            + "); make 450 MB of room there, or set TUNEDROP_CACHE to another directory.",
                    e);
        }
    }

    private void unpack(String library, Path file) throws IOException {
        String resource = "pytorch/cpu/" + platform + "/" + library;
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in the jar");
            }
            Files.copy(in, file);
        }
    }

    /// What a process that was killed while it unpacked left behind.
    private static void deleteAbandoned(Path parent) throws IOException {
        Instant longAgo = Instant.now().minus(Duration.ofHours(1));
        try (DirectoryStream<Path> partials = Files.newDirectoryStream(parent, PARTIAL + "*")) {
            for (Path partial : partials) {
                if (Files.getLastModifiedTime(partial).toInstant().isBefore(longAgo)) {
                    delete(partial);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

package dev.tunedrop.functions.prepare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Flat folders of temporary files. What lies in them was made from a dataset, so they go when the process is told to
/// end in the middle of its work, too.
final class TempFolders {

    private static final Logger LOG = LoggerFactory.getLogger(TempFolders.class);
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(TempFolders::deleteAll, "temporary folders"));
    }

    private TempFolders() {}

    static Path create(String prefix) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        OPEN.add(folder);
        return folder;
    }

    static void delete(Path folder) throws IOException {
        OPEN.remove(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) Files.delete(file);
        }
        Files.delete(folder);
    }

    static void deleteAll() {
        for (Path folder : Set.copyOf(OPEN)) {
            try {
                delete(folder);
            } catch (IOException e) {
                LOG.warn("{} could not be removed: {}", folder, e.getMessage());
            }
        }
    }
}

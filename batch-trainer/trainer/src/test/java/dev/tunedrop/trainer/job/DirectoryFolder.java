package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.artefact.Sha256;

/// A bucket that is a directory; its conditions hold between the threads of one process.
record DirectoryFolder(Path root) implements ObjectFolder {

    @Override
    public String place() {
        return "s3://" + root.getFileName() + "/";
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        if (!Files.isDirectory(root)) return List.of();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(key -> key.startsWith(prefix))
                    .sorted()
                    .map(this::entry)
                    .toList();
        }
    }

    private Entry entry(String key) {
        try {
            return new Entry(key, Files.size(root.resolve(key)), Sha256.of(root.resolve(key)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
        return Files.exists(root.resolve(key)) ? Optional.of(Files.readAllBytes(root.resolve(key))) : Optional.empty();
    }

    @Override
    public void download(String key, Path file) throws IOException {
        if (!Files.exists(root.resolve(key))) throw new NoSuchFileException(place() + key);
        Files.copy(root.resolve(key), file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void upload(Path file, String key) throws IOException {
        write(key, Files.readAllBytes(file));
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        Files.createDirectories(root.resolve(key).getParent());
        AtomicFile.write(root.resolve(key), content);
    }

    @Override
    public Optional<String> version(String key) throws IOException {
        return Files.exists(root.resolve(key)) ? Optional.of(Sha256.of(root.resolve(key))) : Optional.empty();
    }

    @Override
    public boolean writeIf(Optional<String> version, String key, byte[] content) throws IOException {
        synchronized (DirectoryFolder.class) {
            if (!version(key).equals(version)) return false;
            write(key, content);
            return true;
        }
    }

    @Override
    public boolean uploadIf(Optional<String> version, Path file, String key) throws IOException {
        return writeIf(version, key, Files.readAllBytes(file));
    }

    @Override
    public void delete(String key) throws IOException {
        Files.deleteIfExists(root.resolve(key));
    }
}

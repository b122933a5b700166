package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A bucket as the training job uses it.
public interface ObjectFolder {

    /// @param version changes with the content (an entity tag)
    record Entry(String key, long sizeBytes, String version) {}

    /// For messages: `s3://bucket/`.
    String place();

    /// In the order of their keys.
    List<Entry> list(String prefix) throws IOException;

    Optional<byte[]> read(String key) throws IOException;

    /// Whole or not at all.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is no such object
    void download(String key, Path file) throws IOException;

    void upload(Path file, String key) throws IOException;

    void write(String key, byte[] content) throws IOException;

    /// What [Entry#version()] is now; empty when there is no such object.
    Optional<String> version(String key) throws IOException;

    /// Writes if the object's version is still `version`.
    ///
    /// @param version empty: if there is no such object
    /// @return false when it is not; the object is then as it was
    boolean writeIf(Optional<String> version, String key, byte[] content) throws IOException;

    /// [#writeIf] with a file's bytes.
    boolean uploadIf(Optional<String> version, Path file, String key) throws IOException;

    void delete(String key) throws IOException;
}

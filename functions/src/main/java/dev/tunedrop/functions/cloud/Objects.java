package dev.tunedrop.functions.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;

/// One bucket. A `version` is S3's version id, or `etag:<etag>` where the store keeps none; reading another version
/// than the pinned one is refused with [VersionGone].
public interface Objects {

    /// The bucket's name.
    String bucket();

    Optional<Head> head(String key);

    /// The pinned version's size and tag; throws [VersionGone] when the object is another one by now.
    Head head(String key, String version);

    /// Bytes `start` (inclusive) to `end` (exclusive) of the pinned version.
    InputStream open(String key, String version, long start, long end);

    Optional<byte[]> find(String key);

    /// Writes an object's bytes to a file; false when there is no such object.
    boolean download(String key, Path file);

    void put(String key, byte[] content, String contentType);

    void put(String key, Path file, String contentType);

    /// Keys that start with `prefix`, in order.
    List<String> list(String prefix);

    /// An object's size, tag and, where the store keeps them, version.
    record Head(long sizeBytes, String etag) {}

    /// The pinned version is not there any more.
    final class VersionGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public VersionGone(String message) {
            super(message);
        }
    }

    default String address(String key) {
        return "s3://" + bucket() + "/" + key;
    }

    default void putJson(String key, Object document) {
        put(key, Json.bytes(document), "application/json");
    }

    default <T> Optional<T> findJson(String key, Class<T> type) {
        return find(key).map(bytes -> Json.read(bytes, type, address(key)));
    }

    /// A document that an earlier step must have left.
    default <T> T json(String key, Class<T> type) {
        return findJson(key, type)
                .orElseThrow(() ->
                        new InvalidDocument(address(key) + " is missing; the step that writes it has to run first"));
    }

    /// Writes an object through a temporary file, which is removed in any case.
    default void putThrough(String key, String contentType, FileWriter writer) throws IOException {
        Path file = Files.createTempFile("tunedrop", ".tmp");
        try {
            writer.write(file);
            put(key, file, contentType);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @FunctionalInterface
    interface FileWriter {
        void write(Path file) throws IOException;
    }
}

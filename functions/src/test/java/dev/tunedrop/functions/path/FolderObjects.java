package dev.tunedrop.functions.path;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.tunedrop.functions.cloud.Objects;

/// A bucket in a folder. An object's tag is its size and time, so that nothing is read to know it.
final class FolderObjects implements Objects {

    private final Path folder;

    FolderObjects(Path folder) {
        this.folder = folder;
    }

    @Override
    public String bucket() {
        return String.valueOf(folder.getFileName());
    }

    private interface Work<T> {
        T of(Path file) throws IOException;
    }

    private <T> T with(String key, Work<T> work) {
        try {
            return work.of(folder.resolve(key));
        } catch (IOException e) {
            throw new UncheckedIOException(address(key) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Head> head(String key) {
        return with(key, file -> {
            if (!Files.isRegularFile(file)) return Optional.empty();
            long size = Files.size(file);
            return Optional.of(new Head(
                    size,
                    "%x-%x".formatted(size, Files.getLastModifiedTime(file).toMillis())));
        });
    }

    @Override
    public Head head(String key, String version) {
        return head(key)
                .filter(head -> version.equals("etag:" + head.etag()))
                .orElseThrow(() -> new VersionGone(address(key) + " is not of version " + version + " any more"));
    }

    @Override
    public InputStream open(String key, String version, long start, long end) {
        head(key, version);
        return with(key, file -> {
            SeekableByteChannel channel = Files.newByteChannel(file);
            channel.position(start);
            return new Part(Channels.newInputStream(channel), end - start);
        });
    }

    @Override
    public Optional<byte[]> find(String key) {
        return with(key, file -> Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty());
    }

    @Override
    public boolean download(String key, Path target) {
        return with(key, file -> {
            if (!Files.isRegularFile(file)) return false;
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            return true;
        });
    }

    @Override
    public void put(String key, byte[] content, String contentType) {
        put(key, new ByteArrayInputStream(content));
    }

    @Override
    public void put(String key, Path source, String contentType) {
        try (InputStream in = Files.newInputStream(source)) {
            put(key, in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source, e);
        }
    }

    private void put(String key, InputStream content) {
        with(key, file -> {
            Files.createDirectories(file.resolveSibling(""));
            Path temporary = Files.createTempFile(folder, "put", ".tmp");
            Files.copy(content, temporary, StandardCopyOption.REPLACE_EXISTING);
            return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        });
    }

    @Override
    public List<String> list(String prefix) {
        return with("", root -> {
            try (Stream<Path> files = Files.walk(root)) {
                return files.filter(Files::isRegularFile)
                        .map(file -> root.relativize(file).toString())
                        .filter(key -> key.startsWith(prefix))
                        .sorted()
                        .toList();
            }
        });
    }

    /// The first bytes of a stream.
    private static final class Part extends InputStream {
        private final InputStream in;
        private long left;

        Part(InputStream in, long bytes) {
            this.in = in;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0) return -1;
            int read = in.read(bytes, from, (int) Math.min(length, left));
            if (read > 0) left -= read;
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

package dev.tunedrop.functions.cloud.memory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.functions.cloud.Objects;

/// A bucket without versions: an object's version is its tag.
public final class MemoryObjects implements Objects {

    private final String bucket;
    private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    public MemoryObjects(String bucket) {
        this.bucket = bucket;
    }

    @Override
    public String bucket() {
        return bucket;
    }

    @Override
    public Optional<Head> head(String key) {
        return Optional.ofNullable(objects.get(key)).map(MemoryObjects::headOf);
    }

    @Override
    public Head head(String key, String version) {
        return headOf(pinned(key, version));
    }

    private static Head headOf(byte[] content) {
        return new Head(content.length, Sha256.of(content).substring(0, 32));
    }

    private byte[] pinned(String key, String version) {
        byte[] content = objects.get(key);
        if (content == null || !version.equals("etag:" + headOf(content).etag()))
            throw new VersionGone(address(key) + " is not of version " + version + " any more");
        return content;
    }

    @Override
    public InputStream open(String key, String version, long start, long end) {
        byte[] content = pinned(key, version);
        int from = Math.toIntExact(Math.min(start, content.length));
        int to = Math.toIntExact(Math.min(end, content.length));
        return new ByteArrayInputStream(content, from, Math.max(0, to - from));
    }

    @Override
    public Optional<byte[]> find(String key) {
        return Optional.ofNullable(objects.get(key)).map(byte[]::clone);
    }

    @Override
    public boolean download(String key, Path file) {
        byte[] content = objects.get(key);
        if (content == null) return false;
        try {
            Files.write(file, content);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void put(String key, byte[] content, String contentType) {
        objects.put(key, content.clone());
    }

    @Override
    public void put(String key, Path file, String contentType) {
        try {
            objects.put(key, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public List<String> list(String prefix) {
        return objects.tailMap(prefix).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .toList();
    }
}

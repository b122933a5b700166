package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;

/// Things that are kept: one JSON file each, named by the id that we gave it, and all of them in memory.
final class Shelf<T extends Shelf.Kept> {

    private static final String ENDING = ".json";

    private final Path folder;
    private final Map<String, T> things = new ConcurrentHashMap<>();

    /// What can be kept.
    interface Kept {
        String id();

        Instant createdAt();
    }

    Shelf(Path folder, Class<T> type) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> String.valueOf(file.getFileName()).endsWith(ENDING))
                        .map(file -> Json.read(file, type))
                        .forEach(thing -> things.put(thing.id(), thing));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    /// On the disk when this returns.
    void put(T thing) {
        DurableFile.write(file(thing.id()), Json.bytes(thing));
        things.put(thing.id(), thing);
    }

    Optional<T> find(String id) {
        return Optional.ofNullable(things.get(id));
    }

    void remove(String id) {
        DurableFile.delete(file(id));
        things.remove(id);
    }

    /// The newest first.
    List<T> all() {
        return things.values().stream()
                .sorted(Comparator.comparing(Kept::createdAt)
                        .thenComparing(Kept::id)
                        .reversed())
                .toList();
    }

    private Path file(String id) {
        return folder.resolve(id + ENDING);
    }
}

package dev.tunedrop.local.sagemaker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;

/// Named resources of one kind, one file each.
final class Registry {

    private final Path folder;
    private final Map<String, Resource> resources = new ConcurrentHashMap<>();

    Registry(Path folder) {
        this.folder = folder;
        if (!Files.isDirectory(folder)) return;
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".json")).forEach(file -> {
                Resource resource = Json.read(file, Resource.class);
                resources.put(resource.name(), resource);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    Optional<Resource> find(String name) {
        return Optional.ofNullable(resources.get(name));
    }

    /// By name.
    List<Resource> all() {
        return resources.values().stream()
                .sorted(Comparator.comparing(Resource::name))
                .toList();
    }

    void put(Resource resource) {
        DurableFile.write(folder.resolve(resource.name() + ".json"), Json.bytes(resource));
        resources.put(resource.name(), resource);
    }

    void remove(String name) {
        DurableFile.delete(folder.resolve(name + ".json"));
        resources.remove(name);
    }
}

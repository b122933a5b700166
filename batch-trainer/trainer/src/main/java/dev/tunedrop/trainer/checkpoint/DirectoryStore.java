package dev.tunedrop.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.tunedrop.events.artefact.AtomicFile;
import dev.tunedrop.events.json.Json;

/// Checkpoints as folders `step-00000050` of a directory, one writer at a time.
public final class DirectoryStore implements CheckpointStore {

    private static final String STATE = "state.safetensors";
    private static final String MANIFEST = "checkpoint.json";

    private final Path directory;

    public DirectoryStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public String place() {
        return directory.toString();
    }

    @Override
    public String attempt() {
        return "local";
    }

    @Override
    public Path stateFile(int step) throws IOException {
        Path folder = Files.createDirectories(folder(step));
        AtomicFile.syncDirectory(folder);
        Files.deleteIfExists(folder.resolve(MANIFEST));
        return folder.resolve(STATE);
    }

    @Override
    public void publish(CheckpointManifest manifest, Path state) throws IOException {
        AtomicFile.write(folder(manifest.step()).resolve(MANIFEST), Json.bytes(manifest));
    }

    @Override
    public List<Integer> steps() throws IOException {
        if (!Files.isDirectory(directory)) return List.of();
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("step-\\d{8,}"))
                    .filter(folder -> Files.exists(folder.resolve(MANIFEST)))
                    .map(folder ->
                            Integer.valueOf(folder.getFileName().toString().substring("step-".length())))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    @Override
    public byte[] manifest(int step) throws IOException {
        return Files.readAllBytes(folder(step).resolve(MANIFEST));
    }

    @Override
    public Path fetch(CheckpointManifest manifest) {
        return folder(manifest.step()).resolve(STATE);
    }

    @Override
    public void delete(int step) throws IOException {
        Path folder = folder(step);
        Files.deleteIfExists(folder.resolve(MANIFEST));
        AtomicFile.syncDirectory(folder.resolve(MANIFEST));
        Files.deleteIfExists(folder.resolve(STATE));
        Files.deleteIfExists(folder);
    }

    private Path folder(int step) {
        return directory.resolve("step-%08d".formatted(step));
    }
}

package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.artefact.Sha256;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.Manifest;
import dev.tunedrop.events.run.Publication;
import dev.tunedrop.events.run.RunFiles;
import dev.tunedrop.events.run.RunSettings;
import dev.tunedrop.trainer.adapter.AdapterFiles;
import dev.tunedrop.trainer.weights.ModelConfig;

/// Brings a run's inputs to this machine, each checked against the sum that its document tells.
final class JobInputs {

    private static final Logger LOG = LoggerFactory.getLogger(JobInputs.class);
    private static final List<String> ADAPTER_FILES = List.of("adapter_config.json", AdapterFiles.WEIGHTS);

    private final ObjectFolder artefacts;
    private final RunFiles files;
    private final Path scratch;

    JobInputs(ObjectFolder artefacts, RunFiles files, Path scratch) {
        this.artefacts = artefacts;
        this.files = files;
        this.scratch = scratch;
    }

    RunSettings settings() throws IOException {
        return document(files.settings(), RunSettings.class);
    }

    Manifest manifest() throws IOException {
        return document(files.manifest(), Manifest.class);
    }

    /// The dataset's name by its drop; the run's where there was no drop.
    String dataset() throws IOException {
        Optional<byte[]> drop = artefacts.read(files.drop());
        return drop.isEmpty()
                ? files.runId()
                : Json.read(drop.get(), DropRef.class, artefacts.place() + files.drop())
                        .dataset();
    }

    Path shard(Manifest.Shard shard, String name) throws IOException {
        Path file = scratch.resolve(name);
        try {
            artefacts.download(shard.key(), file);
        } catch (NoSuchFileException e) {
            throw new JobFailure("dataset-missing", e.getMessage() + " is missing", "Drop the file again.");
        }
        if (!Sha256.of(file).equals(shard.sha256()))
            throw new JobFailure(
                    "dataset-changed",
                    artefacts.place() + shard.key() + " is not what the manifest's sum says",
                    "Drop the file again.");
        return file;
    }

    /// The base model's folder, brought here file by file; what is here in the same version is not fetched again.
    Path base(ObjectFolder bases, String name) throws IOException {
        String prefix = name + "/";
        Path directory = Files.createDirectories(scratch.resolve("bases").resolve(name));
        List<ObjectFolder.Entry> entries = bases.list(prefix);
        if (entries.stream().noneMatch(entry -> entry.key().equals(prefix + "config.json")))
            throw new JobFailure(
                    "base-missing",
                    "there is no base model at " + bases.place() + prefix,
                    "Upload it in Hugging Face layout, or name another base in tune.json.");
        for (ObjectFolder.Entry entry : entries) {
            String relative = entry.key().substring(prefix.length());
            if (relative.isEmpty() || relative.contains("/")) continue;
            Path file = directory.resolve(relative);
            Path version = directory.resolve("." + relative + ".version");
            if (Files.exists(file)
                    && Files.exists(version)
                    && Files.readString(version).equals(entry.version())) continue;
            Files.deleteIfExists(version);
            bases.download(entry.key(), file);
            Files.write(version, entry.version().getBytes(StandardCharsets.UTF_8));
        }
        return directory;
    }

    /// The adapter that is live, to be compared with: null when there is none, or none of this base model.
    @Nullable
    Path live(String base) throws IOException {
        Optional<byte[]> document = artefacts.read(files.live());
        if (document.isEmpty()) return null;
        Publication live = Json.read(document.get(), Publication.class, artefacts.place() + files.live());
        RunFiles itsFiles = new RunFiles(live.runId());
        Optional<byte[]> manifest = artefacts.read(itsFiles.manifest());
        if (manifest.isEmpty()
                || !Json.read(manifest.get(), Manifest.class, itsFiles.manifest())
                        .base()
                        .equals(base)) {
            LOG.info("the live adapter of run {} is not compared with: it has another base model", live.runId());
            return null;
        }
        Path directory = Files.createDirectories(scratch.resolve("live"));
        try {
            for (String name : ADAPTER_FILES) artefacts.download(itsFiles.adapter() + name, directory.resolve(name));
            String labels = itsFiles.adapter() + ModelConfig.FILE;
            if (!artefacts.list(labels).isEmpty()) artefacts.download(labels, directory.resolve(ModelConfig.FILE));
            return directory;
        } catch (NoSuchFileException e) {
            LOG.warn("the live adapter of run {} is not compared with: {} is missing", live.runId(), e.getMessage());
            return null;
        }
    }

    private <T> T document(String key, Class<T> type) throws IOException {
        byte[] json = artefacts
                .read(key)
                .orElseThrow(() -> new JobFailure(
                        "run-incomplete", artefacts.place() + key + " is missing", "Drop the file again."));
        return Json.read(json, type, artefacts.place() + key);
    }
}

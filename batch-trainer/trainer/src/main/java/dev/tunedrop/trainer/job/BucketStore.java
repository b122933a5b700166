package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.trainer.checkpoint.CheckpointManifest;
import dev.tunedrop.trainer.checkpoint.CheckpointStore;

/// Checkpoints in a bucket: `step-00000050/<attempt>.safetensors`, then `step-00000050/checkpoint.json`. Two
/// attempts that run at once never write one state; which of them may write a manifest is the bucket's to say (see
/// [Fenced]).
final class BucketStore implements CheckpointStore {

    private static final Logger LOG = LoggerFactory.getLogger(BucketStore.class);
    private static final String MANIFEST = "checkpoint.json";
    private static final Pattern KEY = Pattern.compile("step-(\\d{8,})/" + Pattern.quote(MANIFEST));

    private final ObjectFolder bucket;
    private final String prefix;
    private final Path scratch;
    private final String attempt;
    private final Ahead ahead;

    /// What is to be in the bucket before a manifest is.
    @FunctionalInterface
    interface Ahead {
        void send() throws IOException;
    }

    /// @param prefix ends in a slash
    /// @param scratch a directory on this machine
    BucketStore(ObjectFolder bucket, String prefix, Path scratch, String attempt, Ahead ahead) {
        this.bucket = bucket;
        this.prefix = prefix;
        this.scratch = scratch;
        this.attempt = attempt;
        this.ahead = ahead;
    }

    @Override
    public String place() {
        return bucket.place() + prefix;
    }

    @Override
    public String attempt() {
        return attempt;
    }

    @Override
    public Path stateFile(int step) throws IOException {
        return Files.createDirectories(scratch).resolve("state.safetensors");
    }

    @Override
    public void publish(CheckpointManifest manifest, Path state) throws IOException {
        bucket.upload(state, stateKey(manifest));
        ahead.send();
        bucket.write(folder(manifest.step()) + MANIFEST, Json.bytes(manifest));
    }

    @Override
    public List<Integer> steps() throws IOException {
        return bucket.list(prefix).stream()
                .map(entry -> KEY.matcher(entry.key().substring(prefix.length())))
                .filter(Matcher::matches)
                .map(match -> Integer.valueOf(match.group(1)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    @Override
    public byte[] manifest(int step) throws IOException {
        String key = folder(step) + MANIFEST;
        return bucket.read(key).orElseThrow(() -> new NoSuchFileException(bucket.place() + key));
    }

    @Override
    public Path fetch(CheckpointManifest manifest) throws IOException {
        Path file = Files.createDirectories(scratch).resolve("restored.safetensors");
        Files.deleteIfExists(file);
        try {
            bucket.download(stateKey(manifest), file);
        } catch (NoSuchFileException missing) {
            LOG.warn("{} is missing", missing.getMessage());
        }
        return file;
    }

    @Override
    public void delete(int step) throws IOException {
        bucket.delete(folder(step) + MANIFEST);
        for (ObjectFolder.Entry entry : bucket.list(folder(step))) bucket.delete(entry.key());
    }

    private String stateKey(CheckpointManifest manifest) {
        return folder(manifest.step()) + manifest.attempt() + ".safetensors";
    }

    private String folder(int step) {
        return prefix + "step-%08d/".formatted(step);
    }
}

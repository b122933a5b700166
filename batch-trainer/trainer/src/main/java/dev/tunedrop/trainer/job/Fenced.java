package dev.tunedrop.trainer.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.tunedrop.events.json.Json;

/// A run's bucket as one attempt may write it: until another attempt takes the run over.
///
/// An attempt begins by writing its name and the next number into one document, on condition that it is as it was read;
/// of attempts that begin at once, each has a number of its own and the highest has the run. Every later write looks up
/// the object's version, then the document, then writes on condition of that version. So an attempt that slept through
/// being replaced, wherever it was paused, finds either another name in the document or another version of the object:
/// it overwrites nothing that its successor wrote, and stops with [Superseded].
///
/// What it wrote before its successor came to the same key, the successor writes over. Uploads under names that
/// hold the attempt's own need no condition; deletions look at the document only.
final class Fenced implements ObjectFolder {

    private final ObjectFolder bucket;
    private final String document;
    private final Claim own;

    /// @param number counts the run's attempts from 1
    record Claim(int number, String attempt) {}

    private Fenced(ObjectFolder bucket, String document, Claim own) {
        this.bucket = bucket;
        this.document = document;
        this.own = own;
    }

    /// Takes the run over.
    static Fenced takeOver(ObjectFolder bucket, String document, String attempt) throws IOException {
        while (true) {
            Optional<String> version = bucket.version(document);
            int number = claim(bucket, document).map(Claim::number).orElse(0) + 1;
            Claim own = new Claim(number, attempt);
            if (bucket.writeIf(version, document, Json.bytes(own))) return new Fenced(bucket, document, own);
        }
    }

    @Override
    public String place() {
        return bucket.place();
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        return bucket.list(prefix);
    }

    @Override
    public Optional<byte[]> read(String key) throws IOException {
        return bucket.read(key);
    }

    @Override
    public void download(String key, Path file) throws IOException {
        bucket.download(key, file);
    }

    @Override
    public Optional<String> version(String key) throws IOException {
        return bucket.version(key);
    }

    @Override
    public void upload(Path file, String key) throws IOException {
        if (key.contains("/" + own.attempt() + ".")) bucket.upload(file, key);
        else untilWritten(key, version -> bucket.uploadIf(version, file, key));
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        untilWritten(key, version -> bucket.writeIf(version, key, content));
    }

    @Override
    public boolean writeIf(Optional<String> version, String key, byte[] content) throws IOException {
        requireOwn();
        return bucket.writeIf(version, key, content);
    }

    @Override
    public boolean uploadIf(Optional<String> version, Path file, String key) throws IOException {
        requireOwn();
        return bucket.uploadIf(version, file, key);
    }

    @Override
    public void delete(String key) throws IOException {
        requireOwn();
        bucket.delete(key);
    }

    @FunctionalInterface
    private interface Write {
        boolean on(Optional<String> version) throws IOException;
    }

    /// Ends because a key changes under an attempt's hands only as long as an older attempt is still awake.
    private void untilWritten(String key, Write write) throws IOException {
        boolean written = false;
        while (!written) {
            Optional<String> version = bucket.version(key);
            requireOwn();
            written = write.on(version);
        }
    }

    private void requireOwn() throws IOException {
        Claim now = claim(bucket, document).orElse(own);
        if (!now.equals(own)) throw new Superseded(own, now);
    }

    private static Optional<Claim> claim(ObjectFolder bucket, String document) throws IOException {
        return bucket.read(document).map(json -> Json.read(json, Claim.class, bucket.place() + document));
    }
}

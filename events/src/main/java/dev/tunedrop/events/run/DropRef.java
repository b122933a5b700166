package dev.tunedrop.events.run;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import dev.tunedrop.events.artefact.Sha256;

/// One version of one dropped object. `version` is S3's version id, or `etag:<etag>` where the store has no versions.
///
/// A key is opaque text: it never becomes a path, a name or a log line. Its first folder is the dataset; a first folder
/// `quote` asks for a dry run of what follows.
public record DropRef(String bucket, String key, String version, long sizeBytes) {

    private static final int SLUG_LENGTH = 40;
    private static final int IDENTITY_DIGITS = 32;

    public DropRef {
        if (bucket.isBlank()) throw new IllegalArgumentException("bucket is blank");
        if (key.isBlank()) throw new IllegalArgumentException("key is blank");
        if (version.isBlank()) throw new IllegalArgumentException("version is blank");
        if (sizeBytes < 0) throw new IllegalArgumentException("sizeBytes is negative: " + sizeBytes);
    }

    public boolean dryRun() {
        return key.startsWith("quote/");
    }

    /// The dataset's name: the first folder after an optional `quote/`; `unnamed` for a file without a folder.
    public String dataset() {
        String path = dryRun() ? key.substring("quote/".length()) : key;
        int slash = path.indexOf('/');
        return slash <= 0 ? "unnamed" : path.substring(0, slash);
    }

    public String fileName() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /// The identity of the work: equal for every delivery of every event about this version.
    public String identity() {
        return Sha256.of((bucket + "\n" + key + "\n" + version).getBytes(StandardCharsets.UTF_8));
    }

    /// The run's and the execution's name: readable first, unique last, at most 80 characters of `[a-z0-9-]`.
    public String runId() {
        return runId(identity());
    }

    /// The name of a run that was asked for on this version, which has had a run already.
    ///
    /// @param request what makes two requests one
    public String runIdFor(String request) {
        return runId(Sha256.of((identity() + "\n" + request).getBytes(StandardCharsets.UTF_8)));
    }

    private String runId(String identity) {
        String name = fileName().endsWith(".jsonl")
                ? fileName().substring(0, fileName().length() - ".jsonl".length())
                : fileName();
        String slug = (dataset() + "-" + name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        slug = slug.substring(0, Math.min(slug.length(), SLUG_LENGTH)).replaceAll("^-+|-+$", "");
        return (slug.isEmpty() ? "drop" : slug) + "-" + identity.substring(0, IDENTITY_DIGITS);
    }
}

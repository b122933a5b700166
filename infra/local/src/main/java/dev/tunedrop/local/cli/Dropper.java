package dev.tunedrop.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.UserMistake;
import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.run.DropRef;
import dev.tunedrop.events.run.SettingsFile;
import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.Objects;
import dev.tunedrop.functions.cloud.RunRecord;

/// Puts a file, and before it its settings, into the drops bucket.
///
/// The local store keeps no versions, so the same bytes under the same key are the same drop, which starts nothing.
/// Whoever drops them again wants a run: they then go under the next free name, `orders-2.jsonl`.
final class Dropper {

    private static final Pattern DATASET = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");

    private final Objects drops;
    private final Ledger ledger;

    Dropper(Objects drops, Ledger ledger) {
        this.drops = drops;
        this.ledger = ledger;
    }

    /// What to drop.
    ///
    /// @param settings a `tune.json`; absent: what already lies in the bucket, else the defaults
    record Request(Path file, String dataset, @Nullable Path settings, boolean dryRun) {
        Request {
            if (!DATASET.matcher(dataset).matches() || dataset.equals("quote"))
                throw new UserMistake(
                        "the dataset name \"" + dataset
                                + "\" must be 1 to 63 letters, digits and single hyphens, and not \"quote\". Choose another with --dataset.");
            if (Files.isDirectory(file)) throw new UserMistake(file + " is a folder. Name one JSONL file.");
            if (!Files.isReadable(file))
                throw new UserMistake(
                        file + (Files.exists(file) ? " may not be read" : " does not exist") + ". Check the path.");
        }

        private String folder() {
            return (dryRun ? "quote/" : "") + dataset + "/";
        }
    }

    /// A drop that is stored, or that was there before.
    ///
    /// @param earlier the run of the very same bytes under the same key, which is the run of this drop too
    record Dropped(DropRef drop, Optional<RunRecord> earlier) {
        String runId() {
            return drop.runId();
        }
    }

    /// Stores the file under its own name.
    Dropped drop(Request request) throws IOException {
        storeSettings(request);
        return store(request, request.folder() + request.file().getFileName());
    }

    /// Stores the file under the first name under which these bytes have not been dropped yet.
    Dropped dropAgain(Request request) throws IOException {
        storeSettings(request);
        String name = request.file().getFileName().toString();
        int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        for (int i = 2; ; i++) {
            Dropped dropped = store(request, request.folder() + name.substring(0, dot) + "-" + i + name.substring(dot));
            if (dropped.earlier().isEmpty()) return dropped;
        }
    }

    private void storeSettings(Request request) throws IOException {
        Path settings = request.settings();
        if (settings == null) return;
        byte[] json = Files.readAllBytes(settings);
        try {
            SettingsFile.read(json, settings.toString());
        } catch (InvalidDocument refused) {
            throw new UserMistake(refused.sentence() + " Nothing was dropped.", refused);
        }
        drops.put(request.folder() + "tune.json", json, "application/json");
    }

    private Dropped store(Request request, String key) {
        Instant before = Instant.now();
        drops.put(key, request.file(), "application/jsonl");
        DropRef drop = reference(key, drops.head(key).orElseThrow());
        return new Dropped(
                drop, ledger.find(drop.runId()).filter(run -> run.startedAt().isBefore(before)));
    }

    private DropRef reference(String key, Objects.Head head) {
        return new DropRef(drops.bucket(), key, "etag:" + head.etag(), head.sizeBytes());
    }
}

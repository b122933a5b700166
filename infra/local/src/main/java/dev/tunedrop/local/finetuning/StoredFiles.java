package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;
import dev.tunedrop.local.finetuning.http.Call;
import dev.tunedrop.local.finetuning.http.Multipart;
import dev.tunedrop.local.finetuning.http.Refusal;
import dev.tunedrop.local.finetuning.http.Reply;

/// `/v1/files`: what was uploaded, as it came. Nothing is checked here: the pipeline's report on a file is more than a
/// yes or no, and a job shows it.
final class StoredFiles {

    /// As at OpenAI.
    private static final long MOST_BYTES = 512L << 20;

    private static final String TAKEN = ".taken-";
    private static final int MOST_LISTED = 10_000;
    private static final long LEAST_SECONDS = 3600;
    private static final long MOST_SECONDS = 2_592_000;
    private static final Set<String> FIELDS = Set.of("purpose", "expires_after[anchor]", "expires_after[seconds]");

    private final Path folder;
    private final Shelf<StoredFile> shelf;
    private final Clock clock;

    StoredFiles(Path folder, Clock clock) {
        this.folder = folder;
        this.shelf = new Shelf<>(folder, StoredFile.class);
        this.clock = clock;
        sweep();
    }

    /// Removes what has expired, and what a killed process had not yet taken.
    private void sweep() {
        for (StoredFile file : shelf.all())
            if (!alive(file)) {
                shelf.remove(file.id());
                DurableFile.delete(content(file.id()));
            }
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(file -> String.valueOf(file.getFileName()).startsWith(TAKEN))
                    .forEach(DurableFile::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    Reply create(Call call) {
        Path taken = scratch();
        try {
            Multipart form = Multipart.read(call, "file", taken, MOST_BYTES);
            for (String field : form.fields().keySet())
                if (!FIELDS.contains(field))
                    throw Refusal.invalid(
                            null,
                            "unknown_parameter",
                            "The form holds a field that is not known. Send file and purpose.");
            String purpose = form.fields().getOrDefault("purpose", "");
            purpose(purpose);
            Duration life = life(form);
            return new Reply.Document(add(form.filename(), purpose, life, taken).view());
        } finally {
            DurableFile.delete(taken);
        }
    }

    /// Only what a job can use is taken.
    static void purpose(String purpose) {
        if (purpose.isEmpty())
            throw Refusal.invalid("purpose", "missing_required_parameter", "'purpose' is a required property.");
        if (!purpose.equals(StoredFile.FINE_TUNE))
            throw Refusal.invalid(
                    "purpose", "invalid_value", "purpose must be \"fine-tune\": this server does nothing else.");
    }

    private static @Nullable Duration life(Multipart form) {
        String seconds = form.fields().get("expires_after[seconds]");
        if (seconds == null) return null;
        if (!"created_at".equals(form.fields().get("expires_after[anchor]")))
            throw Refusal.invalid("expires_after.anchor", "invalid_value", "expires_after.anchor must be created_at.");
        return life(seconds.matches("\\d{1,9}") ? Long.parseLong(seconds) : 0);
    }

    static Duration life(long seconds) {
        if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS)
            throw Refusal.invalid(
                    "expires_after.seconds",
                    "invalid_value",
                    "expires_after.seconds must be a whole number from %d to %d."
                            .formatted(LEAST_SECONDS, MOST_SECONDS));
        return Duration.ofSeconds(seconds);
    }

    /// Takes a file over: its bytes move here.
    StoredFile add(String filename, String purpose, @Nullable Duration life, Path bytes) {
        return add(Ids.fresh("file-"), filename, purpose, life, bytes);
    }

    /// The same under an id that is known beforehand, so that doing it again changes nothing.
    StoredFile add(String id, String filename, String purpose, @Nullable Duration life, Path bytes) {
        Instant now = clock.instant();
        try {
            StoredFile file =
                    new StoredFile(id, filename, purpose, Files.size(bytes), now, life == null ? null : now.plus(life));
            Files.move(bytes, content(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            DurableFile.force(folder);
            shelf.put(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the file " + id, e);
        }
    }

    /// A name in this folder that nothing has yet.
    Path scratch() {
        return folder.resolve(Ids.fresh(TAKEN));
    }

    Reply list(Call call) {
        String purpose = call.query("purpose").orElse("");
        String order = call.query("order").orElse("desc");
        if (!order.equals("desc") && !order.equals("asc"))
            throw Refusal.invalid("order", "invalid_value", "order must be asc or desc.");
        List<StoredFile> files = shelf.all().stream()
                .filter(this::alive)
                .filter(file -> purpose.isEmpty() || file.purpose().equals(purpose))
                .toList();
        return new Reply.Document(Page.of(call, MOST_LISTED, MOST_LISTED)
                .withEnds(order.equals("asc") ? files.reversed() : files, StoredFile::id, StoredFile::view));
    }

    /// @param param the field that named it
    StoredFile file(String id, String param) {
        return shelf.find(id)
                .filter(this::alive)
                .orElseThrow(() -> Refusal.notFound(param, null, "No such File object: the id names none."));
    }

    Path content(String id) {
        return folder.resolve(id + ".bytes");
    }

    Reply delete(String id) {
        StoredFile file = file(id, "id");
        shelf.remove(file.id());
        DurableFile.delete(content(file.id()));
        return new Reply.Document(Json.mapper()
                .createObjectNode()
                .put("id", file.id())
                .put("object", "file")
                .put("deleted", true));
    }

    private boolean alive(StoredFile file) {
        return file.expiresAt() == null || clock.instant().isBefore(file.expiresAt());
    }
}

package dev.tunedrop.local.finetuning;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.disk.DurableFile;
import dev.tunedrop.local.finetuning.http.Call;
import dev.tunedrop.local.finetuning.http.Fields;
import dev.tunedrop.local.finetuning.http.Multipart;
import dev.tunedrop.local.finetuning.http.Refusal;
import dev.tunedrop.local.finetuning.http.Reply;

/// `/v1/uploads`: a file in parts, which becomes a file of [StoredFiles] when it is complete.
final class Uploads {

    /// As at OpenAI.
    private static final long MOST_BYTES = 8L << 30;

    private static final long MOST_PART_BYTES = 64L << 20;
    private static final Set<String> FIELDS = Set.of("filename", "purpose", "bytes", "mime_type", "expires_after");

    private final Path folder;
    private final Shelf<StoredUpload> shelf;
    private final StoredFiles files;
    private final Clock clock;

    Uploads(Path folder, StoredFiles files, Clock clock) {
        this.folder = folder;
        this.shelf = new Shelf<>(folder, StoredUpload.class);
        this.files = files;
        this.clock = clock;
        for (StoredUpload upload : shelf.all())
            if (upload.status() == StoredUpload.Status.pending && status(upload) == StoredUpload.Status.expired) {
                forget(upload);
                shelf.put(upload.ended(StoredUpload.Status.expired, null));
            }
    }

    Reply create(Call call) {
        Fields fields = Fields.of(call.json()).only(FIELDS);
        StoredFiles.purpose(fields.required("purpose"));
        fields.required("mime_type");
        StoredUpload upload = new StoredUpload(
                Ids.fresh("upload_"),
                fields.required("filename"),
                fields.required("purpose"),
                fields.integer("bytes", 1, MOST_BYTES)
                        .orElseThrow(() ->
                                Refusal.invalid("bytes", "missing_required_parameter", "You must provide bytes.")),
                clock.instant(),
                fields.object("expires_after").map(Uploads::seconds).orElse(null),
                StoredUpload.Status.pending,
                List.of(),
                null);
        shelf.put(upload);
        return view(upload);
    }

    private static Long seconds(Fields expiry) {
        expiry.only(Set.of("anchor", "seconds"));
        if (!expiry.required("anchor").equals("created_at")) throw expiry.wrong("anchor", "must be created_at");
        return StoredFiles.life(expiry.integer("seconds", 0, Long.MAX_VALUE).orElse(0L))
                .toSeconds();
    }

    Reply addPart(String id, Call call) {
        pending(id);
        String partId = Ids.fresh("part_");
        Path target = part(partId);
        boolean kept = false;
        try {
            Multipart form = Multipart.read(call, "data", target, MOST_PART_BYTES);
            StoredUpload.Part part = new StoredUpload.Part(partId, form.bytes(), clock.instant());
            keep(id, part);
            kept = true;
            return new Reply.Document(Json.mapper()
                    .createObjectNode()
                    .put("id", partId)
                    .put("object", "upload.part")
                    .put("created_at", part.createdAt().getEpochSecond())
                    .put("upload_id", id));
        } finally {
            if (!kept) DurableFile.delete(target);
        }
    }

    private synchronized void keep(String id, StoredUpload.Part part) {
        StoredUpload upload = pending(id);
        List<StoredUpload.Part> parts = new ArrayList<>(upload.parts());
        parts.add(part);
        if (parts.stream().mapToLong(StoredUpload.Part::bytes).sum() > upload.bytes())
            throw Refusal.invalid(
                    "data",
                    "invalid_value",
                    "The parts have more than the upload's %d bytes.".formatted(upload.bytes()));
        shelf.put(upload.with(parts));
    }

    synchronized Reply complete(String id, Call call) {
        Fields fields = Fields.of(call.json()).only(Set.of("part_ids", "md5"));
        StoredUpload upload = pending(id);
        Path whole = files.scratch();
        try {
            String md5 = join(parts(upload, fields), whole);
            if (Files.size(whole) != upload.bytes())
                throw Refusal.invalid(
                        "part_ids",
                        "invalid_value",
                        "The parts have %d bytes, and the upload was to have %d."
                                .formatted(Files.size(whole), upload.bytes()));
            if (fields.text("md5")
                    .filter(wanted -> !wanted.equalsIgnoreCase(md5))
                    .isPresent())
                throw Refusal.invalid("md5", "invalid_value", "The parts have another MD5 sum. Upload them again.");
            Long seconds = upload.fileSeconds();
            StoredFile file = files.add(
                    Ids.of("file-", upload.id()),
                    upload.filename(),
                    upload.purpose(),
                    seconds == null ? null : Duration.ofSeconds(seconds),
                    whole);
            StoredUpload completed = upload.ended(StoredUpload.Status.completed, file);
            shelf.put(completed);
            forget(completed);
            return view(completed);
        } catch (IOException e) {
            throw new UncheckedIOException("the parts of " + id + " could not be joined", e);
        } finally {
            DurableFile.delete(whole);
        }
    }

    private static List<StoredUpload.Part> parts(StoredUpload upload, Fields fields) {
        JsonNode ids = fields.object().path("part_ids");
        if (!ids.isArray() || ids.isEmpty()) throw fields.wrong("part_ids", "must be a list of at least one part's id");
        List<StoredUpload.Part> parts = new ArrayList<>();
        for (JsonNode id : ids)
            parts.add(upload.parts().stream()
                    .filter(part -> id.isTextual() && part.id().equals(id.textValue()))
                    .filter(part -> !parts.contains(part))
                    .findFirst()
                    .orElseThrow(() -> fields.wrong("part_ids", "must name parts of this upload, each once")));
        return parts;
    }

    private String join(List<StoredUpload.Part> parts, Path whole) throws IOException {
        MessageDigest sum = md5();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(whole), sum)) {
            for (StoredUpload.Part part : parts) Files.copy(part(part.id()), out);
        }
        DurableFile.force(whole);
        return HexFormat.of().formatHex(sum.digest());
    }

    synchronized Reply cancel(String id) {
        StoredUpload cancelled = pending(id).ended(StoredUpload.Status.cancelled, null);
        shelf.put(cancelled);
        forget(cancelled);
        return view(cancelled);
    }

    private StoredUpload pending(String id) {
        StoredUpload upload = shelf.find(id)
                .orElseThrow(() -> Refusal.notFound("upload_id", null, "No such Upload object: the id names none."));
        StoredUpload.Status status = status(upload);
        if (status != StoredUpload.Status.pending)
            throw Refusal.invalid("upload_id", "invalid_upload", "The upload is %s. Create another.".formatted(status));
        return upload;
    }

    private StoredUpload.Status status(StoredUpload upload) {
        boolean late = clock.instant().isAfter(upload.createdAt().plus(StoredUpload.LIFE));
        return late && upload.status() == StoredUpload.Status.pending ? StoredUpload.Status.expired : upload.status();
    }

    private void forget(StoredUpload upload) {
        for (StoredUpload.Part part : upload.parts()) DurableFile.delete(part(part.id()));
    }

    private Path part(String id) {
        return folder.resolve(id + ".bytes");
    }

    private Reply view(StoredUpload upload) {
        ObjectNode view = upload.view(status(upload));
        return new Reply.Document(view);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }
}

package dev.tunedrop.local.finetuning;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// A file that comes in parts.
///
/// @param fileSeconds how long the file lives once it is whole; absent: for ever
/// @param parts in the order in which they came
/// @param file the whole one; absent until it is complete
record StoredUpload(
        String id,
        String filename,
        String purpose,
        long bytes,
        Instant createdAt,
        @Nullable Long fileSeconds,
        Status status,
        List<Part> parts,
        @Nullable StoredFile file)
        implements Shelf.Kept {

    /// OpenAI's: an upload that is not complete after an hour is gone.
    static final Duration LIFE = Duration.ofHours(1);

    enum Status {
        pending,
        completed,
        cancelled,
        expired
    }

    record Part(String id, long bytes, Instant createdAt) {}

    StoredUpload {
        parts = List.copyOf(parts);
    }

    StoredUpload with(List<Part> allParts) {
        return new StoredUpload(id, filename, purpose, bytes, createdAt, fileSeconds, status, allParts, file);
    }

    StoredUpload ended(Status how, @Nullable StoredFile whole) {
        return new StoredUpload(id, filename, purpose, bytes, createdAt, fileSeconds, how, parts, whole);
    }

    ObjectNode view(Status seen) {
        ObjectNode view = Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("object", "upload")
                .put("bytes", bytes)
                .put("created_at", createdAt.getEpochSecond())
                .put("filename", filename)
                .put("purpose", purpose)
                .put("status", seen.name())
                .put("expires_at", createdAt.plus(LIFE).getEpochSecond());
        if (file != null) view.set("file", file.view());
        return view;
    }
}

package dev.tunedrop.local.finetuning;

import java.time.Instant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.tunedrop.events.json.Json;

/// A file that was uploaded, or that a job left.
///
/// @param expiresAt when it is forgotten; absent: never
record StoredFile(
        String id,
        String filename,
        String purpose,
        long bytes,
        Instant createdAt,
        @Nullable Instant expiresAt) implements Shelf.Kept {

    static final String FINE_TUNE = "fine-tune";
    static final String RESULTS = "fine-tune-results";

    ObjectNode view() {
        ObjectNode view = Json.mapper()
                .createObjectNode()
                .put("id", id)
                .put("object", "file")
                .put("bytes", bytes)
                .put("created_at", createdAt.getEpochSecond())
                .put("filename", filename)
                .put("purpose", purpose)
                .put("status", "processed");
        if (expiresAt != null) view.put("expires_at", expiresAt.getEpochSecond());
        return view;
    }
}

package dev.tunedrop.functions.intake;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.events.run.DropRef;

/// What EventBridge's "Object Created" event of S3 says.
///
/// @param sequencer orders the writes to one key
public record Dropped(DropRef drop, String sequencer) {

    /// Whether an object of this key is a drop: a folder's marker is none, and neither is a `tune.json`, which holds
    /// settings.
    public static boolean isDrop(String key) {
        return !key.endsWith("/") && !key.equals("tune.json") && !key.endsWith("/tune.json");
    }

    /// None for another event, and for what is no drop. The key is taken as
    /// it is: EventBridge does not URL-encode it.
    static Optional<Dropped> read(String body) {
        JsonNode event = Json.tree(body.getBytes(StandardCharsets.UTF_8), "the event");
        if (!event.path("source").asText().equals("aws.s3")) return Optional.empty();
        if (!event.path("detail-type").asText().equals("Object Created")) return Optional.empty();
        JsonNode detail = event.path("detail");
        JsonNode object = detail.path("object");
        String key = text(object, "key");
        if (!isDrop(key)) return Optional.empty();
        String version = object.path("version-id").asText("");
        DropRef drop = new DropRef(
                text(detail.path("bucket"), "name"),
                key,
                version.isEmpty() ? "etag:" + text(object, "etag") : version,
                object.path("size").asLong());
        return Optional.of(new Dropped(drop, object.path("sequencer").asText("")));
    }

    private static String text(JsonNode node, String field) {
        String value = node.path(field).asText("");
        if (value.isEmpty()) throw new InvalidDocument("the event has no " + field);
        return value;
    }
}

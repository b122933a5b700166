package dev.tunedrop.local.facade;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.InvalidDocument;
import dev.tunedrop.events.json.Json;
import dev.tunedrop.local.bus.LocalBus;

/// EventBridge's `PutEvents`. An entry that cannot be taken is refused by itself, as there.
final class EventsApi implements ServiceApi {

    static final String TARGET = "AWSEvents";

    private final LocalBus bus;

    EventsApi(LocalBus bus) {
        this.bus = bus;
    }

    @Override
    public JsonNode answer(String operation, JsonNode request) {
        ObjectNode answer = Json.mapper().createObjectNode();
        ArrayNode entries = answer.putArray("Entries");
        int failed = 0;
        for (JsonNode entry : request.path("Entries")) {
            ObjectNode result = put(entry);
            if (result.has("ErrorCode")) failed++;
            entries.add(result);
        }
        return answer.put("FailedEntryCount", failed);
    }

    private ObjectNode put(JsonNode entry) {
        ObjectNode result = Json.mapper().createObjectNode();
        for (String needed : List.of("Source", "DetailType", "Detail"))
            if (entry.path(needed).asText().isEmpty())
                return result.put("ErrorCode", "InvalidArgument")
                        .put("ErrorMessage", "Parameter " + needed + " is not valid. Reason: it is missing.");
        try {
            JsonNode detail = Json.read(entry.path("Detail").asText(), JsonNode.class, "Detail");
            if (!detail.isObject()) throw new InvalidDocument("Detail is not an object");
            List<String> resources = new ArrayList<>();
            entry.path("Resources").forEach(resource -> resources.add(resource.asText()));
            ObjectNode event = LocalBus.envelope(
                    entry.path("Source").asText(), entry.path("DetailType").asText(), detail, resources);
            bus.publish(event);
            return result.put("EventId", event.path("id").asText());
        } catch (InvalidDocument e) {
            return result.put("ErrorCode", "MalformedDetail").put("ErrorMessage", "Detail is malformed.");
        }
    }
}

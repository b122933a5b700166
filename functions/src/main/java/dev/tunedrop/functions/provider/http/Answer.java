package dev.tunedrop.functions.provider.http;

import java.io.IOException;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.tunedrop.events.json.Json;

/// What a service answered.
@SuppressWarnings("ArrayRecordComponent")
public record Answer(int status, byte[] body) {

    private static final int OK = 200;
    private static final int NOT_OK = 300;

    public boolean good() {
        return status >= OK && status < NOT_OK;
    }

    /// The body as a JSON object; absent when it is none.
    public Optional<ObjectNode> object() {
        try {
            JsonNode tree = Json.mapper().readTree(body);
            return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "Answer[" + status + ", " + body.length + " bytes]";
    }
}
